import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SideRuns } from '../../src/bundle/stand-in.js';
import type { TensorValue } from '../../src/inference/session.js';
import { type VerifiedSample, verifyBundle } from '../../src/verify/index.js';
import { exampleInputs, expected, SHAPE, splitFiles, splitSpec, writeBundle } from '../runtime/fixture.js';

/** Both sides are those of the bundle, run as autosplit's own targets run them. */
const RUNS: SideRuns = {
  edge: { module: 'edge.mjs' },
  serve: ['node', 'server.mjs', '--port', '0'],
  notRun: [],
  files: new Map(),
};

let folder: string;
beforeAll(async () => {
  folder = await writeBundle(splitSpec, splitFiles());
});
afterAll(() => rm(folder, { recursive: true }));

type Outputs = Record<'y' | 'early' | 'best', TensorValue>;

const float = (shape: number[], data: Float32Array): TensorValue => ({ dtype: 'float32', shape, data });

/** A sample whose outputs are computed on paper; `change` makes the float network say something else. */
function sample(
  seed: number,
  change: (outputs: Outputs) => Partial<Outputs> = () => ({}),
): VerifiedSample & { expected: { outputs: Outputs } } {
  const { x, mask } = exampleInputs(seed);
  const right = expected({ x, mask });
  const outputs = (): Outputs => ({
    y: float(SHAPE, right.y.slice()),
    early: float([1, 2, 1, 1], right.early.slice()),
    best: { dtype: 'int64', shape: [1, 5, 4], data: right.best.slice() },
  });
  return {
    name: `sample ${seed}`,
    feeds: { x: float(SHAPE, x), mask: { dtype: 'bool', shape: SHAPE, data: mask } },
    expected: { wire: { h: right.packed, mask }, outputs: outputs() },
    reference: { ...outputs(), ...change(outputs()) },
  };
}

const verify = (samples: VerifiedSample[]) =>
  verifyBundle({ folder, workDir: folder, runs: RUNS, spec: splitSpec, samples, timeoutSeconds: 600 });

describe('verification', () => {
  test('compares with the float network by what each output is', async () => {
    const swapped = ({ early: { shape, data } }: Outputs) => ({
      early: float([...shape], (data as Float32Array).slice().reverse()),
    });
    const noisy = ({ y: { data } }: Outputs) => ({
      y: float(
        SHAPE,
        (data as Float32Array).map((value) => value * 1.1),
      ),
    });
    const other = ({ best }: Outputs) => ({
      best: { ...best, data: (best.data as BigInt64Array).map((index) => 1n - index) },
    });
    const { outputs, ...rest } = await verify([sample(0), sample(1, swapped), sample(2, noisy), sample(3, other)]);
    expect(rest).toMatchObject({ samples: 4, wireBytes: 4 * (20 + 40) });
    const [y, early, best] = outputs;
    // A picture has no top-1, nor have indices.
    expect(y).toMatchObject({ name: 'y', top1Agreement: null, equalSamples: 3 });
    expect(early).toMatchObject({ name: 'early', top1Agreement: 0.75 });
    expect(best).toEqual({ name: 'best', sqnr: null, top1Agreement: null, equalSamples: 3 });

    // One sample of four is a tenth off: signal over noise by hand.
    const values = [0, 1, 2, 3].map((seed) => expected(exampleInputs(seed)).y);
    const power = (data: Float32Array, factor: number) => data.reduce((sum, value) => sum + (value * factor) ** 2, 0);
    const signal = values.reduce((sum, data, i) => sum + power(data, i === 2 ? 1.1 : 1), 0);
    // Ten significant bits of it.
    expect(y.sqnr).toBeCloseTo(10 * Math.log10(signal / power(values[2], 0.1)), 1);
  });

  test('names the sample and the tensor that differ', async () => {
    const wrongCodes = sample(1);
    const { h } = wrongCodes.expected.wire;
    wrongCodes.expected.wire.h = h.map((byte, i) => (i === 7 ? byte ^ 1 : byte));
    await expect(verify([sample(0), wrongCodes])).rejects.toMatchObject({
      code: 'VERIFICATION_FAILED',
      message: 'sample sample 1: the codes of "h" on the wire differ from those computed in process at byte 7 of 20',
    });
  });

  test.each([
    ['another value', (y: Float32Array) => y.map((value, i) => (i === 5 ? value + 0.01 : value))],
    ['NaN', (y: Float32Array) => y.map((value, i) => (i === 5 ? Number.NaN : value))],
    ['another length', (y: Float32Array) => y.subarray(1)],
  ])('refuses outputs with %s', async (_, change) => {
    const wrong = sample(0);
    wrong.expected.outputs.y = float(SHAPE, change(wrong.expected.outputs.y.data as Float32Array));
    await expect(verify([wrong])).rejects.toMatchObject({
      code: 'VERIFICATION_FAILED',
      message: expect.stringMatching(/output "y" differs by/),
    });
  });
});
