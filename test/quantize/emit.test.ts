import { Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { makeInitializer } from '../../src/onnx/build.js';
import type { Fact, Initializer, Node } from '../../src/onnx/graph.js';
import { readWeights } from '../../src/ops/weights.js';
import { quantizeWeighted } from '../../src/ptq/weights.js';
import { codesOf, type Draft, floatOf, startDraft } from '../../src/quantize/draft.js';
import { emitElementwise, emitFloat, emitRange, emitThrough, emitWeighted } from '../../src/quantize/emit.js';
import { float, modelOf, node, random, runModel, temporaryFolder } from '../onnx/harness.js';

const folder = temporaryFolder();
const X: Fact = float('x', 1, 8);

/** Scale 1/16 around code 128: values from -8 to 7.9375. */
const STEP = 1 / 16;
const quantizer = () => ({ scale: STEP, zeroPoint: 128 });
const values = (() => {
  const next = random(7);
  return Float32Array.from({ length: 8 }, () => 6 * next() - 3);
})();
const rounded = (value: number) => Math.min(127, Math.max(-128, Math.round(value / STEP))) * STEP;

/** A draft of one node from `x` to `y`, both of which live as codes unless `codes` says which do. */
function draftOf(made: Node, initializers: Initializer[] = [], codes = ['x', 'y']): Draft {
  const { graph } = modelOf({ nodes: [made], inputs: [X], outputs: [float('y')] });
  for (const initializer of initializers) graph.initializers.set(initializer.name, initializer);
  const bounds = { low: -Infinity, high: Infinity };
  return startDraft(graph, { codes: new Map(codes.map((owner) => [owner, { owner, bounds }])) }, quantizer);
}

/** What onnxruntime computes of a draft. */
async function run(draft: Draft, output: string): Promise<number[]> {
  const model = modelOf({ nodes: [...draft.nodes], inputs: [X], outputs: [float(output)] });
  for (const [name, initializer] of draft.initializers) model.graph.initializers.set(name, initializer);
  const results = await runModel(model, { x: new Tensor('float32', values, [1, 8]) }, folder);
  return Array.from(results[output].data as Float32Array);
}

const near = (expected: Iterable<number>, tolerance: number) =>
  Array.from(expected, (value) => expect.toSatisfy((given: number) => Math.abs(given - value) <= tolerance));

describe('a node with weights', () => {
  const next = random(3);
  const weights = makeInitializer(
    'w',
    Float32Array.from({ length: 24 }, () => next() - 0.5),
    [3, 8],
  );
  const bias = makeInitializer('b', Float32Array.of(0.5, -1, 2));
  const gemm = node('Gemm', ['x', 'w', 'b'], ['y'], [['transB', 1]]);
  gemm.attributes.set('alpha', { type: 'float', value: 0.5 }).set('beta', { type: 'float', value: 2 });

  it('gives what the float node gives of rounded inputs, alpha and beta included', async () => {
    const draft = draftOf(gemm, [weights, bias]);
    const read = readWeights(gemm, draft.graph);
    const { codes, start, names } = emitWeighted(draft, gemm, read, quantizeWeighted(read, 8, STEP));
    expect(codes).toBe(draft.codes.get('x'));
    expect(draft.nodes.slice(0, start).map(({ op }) => op)).toEqual(['QuantizeLinear']);
    expect(Object.values(names).every((name) => draft.initializers.has(name))).toBe(true);
    expect(draft.nodes.find(({ op }) => op === 'Gemm')?.attributes.has('alpha')).toBe(false);
    const w = new Float32Array((weights.data as { bytes: Uint8Array }).bytes.buffer);
    const expected = [0.5, -1, 2].map(
      (b, row) => 2 * b + 0.5 * values.reduce((sum, x, k) => sum + rounded(x) * w[row * 8 + k], 0),
    );
    // Half a step of the output, and 8 weights off by half a step of theirs.
    expect(await run(draft, floatOf(draft, 'y'))).toEqual(near(expected, STEP / 2 + 0.05));
  });

  it('gives floats where its output does not live as codes', () => {
    const draft = draftOf(gemm, [weights, bias], ['x']);
    const read = readWeights(gemm, draft.graph);
    emitWeighted(draft, gemm, read, quantizeWeighted(read, 8, STEP));
    expect(draft.floats.get('y')).toBe('y');
    expect(draft.nodes.at(-1)?.op).toBe('Gemm');
  });
});

describe('other nodes', () => {
  it('read codes and constants in 8 bits where they run on integers', async () => {
    const sum = node('Add', ['x', 'k'], ['y']);
    const draft = draftOf(sum, [makeInitializer('k', Float32Array.of(1.7))]);
    emitElementwise(draft, sum);
    expect(draft.initializers.has('k')).toBe(false);
    // Half a step of the output, and half a step of a constant in 255 steps.
    const given = await run(draft, floatOf(draft, 'y'));
    expect(given).toEqual(
      near(
        values.map((x) => rounded(x) + 1.7),
        STEP / 2 + 1.7 / 510 + 1e-6,
      ),
    );
  });

  it('move codes, and pad with the zero-point', async () => {
    const pad = node('Pad', ['x', 'pads'], ['y']);
    const pads = makeInitializer('pads', BigInt64Array.of(0n, 1n, 0n, 2n));
    const draft = draftOf(pad, [pads], ['x']);
    emitThrough(draft, pad);
    expect(draft.nodes.map(({ op }) => op)).toEqual(['QuantizeLinear', 'Pad']);
    expect(await run(draft, floatOf(draft, 'y'))).toEqual(near([0, ...values.map(rounded), 0, 0], 1e-6));
  });

  it('are nothing where a range expresses them', () => {
    const relu = node('Relu', ['x'], ['y']);
    const draft = draftOf(relu, [], ['y']);
    emitRange(draft, relu);
    expect(draft.nodes.map(({ op, inputs }) => [op, inputs[0]])).toEqual([['QuantizeLinear', 'x']]);
    expect(codesOf(draft, 'y')).toBe(draft.nodes[0].outputs[0]);
  });

  it('stay as they are in float, with the constants that they read', async () => {
    const power = node('Pow', ['x', 'k'], ['y']);
    const draft = draftOf(power, [makeInitializer('k', Float32Array.of(2))], ['x']);
    codesOf(draft, 'x');
    emitFloat(draft, power);
    expect(draft.initializers.has('k')).toBe(true);
    expect(draft.floats.get('y')).toBe('y');
    // The input still exists as floats, which are exact.
    expect(await run(draft, 'y')).toEqual(
      near(
        values.map((x) => x * x),
        1e-5,
      ),
    );
  });
});
