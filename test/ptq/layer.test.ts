import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { channelView } from '../../src/numerics/weights.js';
import type { Columns } from '../../src/ptq/columns.js';
import { openGram } from '../../src/ptq/gram.js';
import { gatherHalves, refineLayer } from '../../src/ptq/layer.js';
import { random, temporaryFolder } from '../onnx/harness.js';

const folder = temporaryFolder();
const [CHANNELS, SIZE, COUNT, ZERO, SCALE] = [6, 12, 400, 7, 0.02];

function layer(seed: number) {
  const next = random(seed);
  const values = Float32Array.from({ length: CHANNELS * SIZE }, () => next() - 0.5);
  const bias = Float32Array.from({ length: CHANNELS }, () => next());
  const columns = (): Columns => {
    const codes = Uint8Array.from({ length: SIZE * COUNT }, (_, i) => 20 + 10 * (i % 5) + Math.floor(next() * 180));
    return { codes, groups: 1, size: SIZE, count: COUNT };
  };
  return { read: { dims: [CHANNELS, SIZE], axis: 0, view: channelView(values, [CHANNELS, SIZE], 0), bias }, columns };
}

/** What a channel gives for each column of codes. */
function outputs(row: (k: number) => number, bias: number, { codes, count }: Columns): number[] {
  return Array.from({ length: count }, (_, column) => {
    let sum = bias;
    for (let k = 0; k < SIZE; k++) sum += row(k) * SCALE * (codes[k * count + column] - ZERO);
    return sum;
  });
}

const average = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

describe('weights of one layer', () => {
  it.each(['gptq', 'nearest'] as const)('%s: corrected biases leave no mean error on the samples', async (rounding) => {
    const { read, columns } = layer(3);
    const gram = await openGram(mkdtempSync(path.join(folder, 'gram-')));
    const halves = [0, 1].map(() => ({ x: columns(), y: columns() }));
    const input = { scale: SCALE, zeroPoint: ZERO };
    const statistics = await gatherHalves(halves, input.zeroPoint, gram);
    const options = { read, bits: 2, input, statistics };
    const corrected = refineLayer({ ...options, steps: { rounding, biasCorrection: true } });
    const plain = refineLayer({ ...options, steps: { rounding, biasCorrection: false } });
    await gram.close();
    const drift = (weights: typeof corrected) =>
      Array.from({ length: CHANNELS }, (_, channel) => {
        const scale = weights.scales[channel];
        const bias = (weights.bias?.[channel] ?? 0) * (weights.biasScales?.[channel] ?? 0);
        const float = halves.flatMap(({ x }) =>
          outputs((k) => read.view.values[channel * SIZE + k], read.bias[channel], x),
        );
        const made = halves.flatMap(({ y }) => outputs((k) => weights.codes[channel * SIZE + k] * scale, bias, y));
        return { error: Math.abs(average(made) - average(float)), step: weights.biasScales?.[channel] ?? 0 };
      });
    for (const { error, step } of drift(corrected)) expect(error).toBeLessThanOrEqual(0.51 * step);
    expect(drift(plain).some(({ error, step }) => error > 2 * step)).toBe(true);
    expect(corrected.steps).toMatchObject({ rounding, biasCorrected: true });
  });

  it('sums products of codes exactly, with any number of threads', async () => {
    const { columns } = layer(9);
    const [a, b] = [columns(), columns()];
    const expected = Array.from({ length: SIZE * SIZE }, (_, at) => {
      const [i, j] = [Math.floor(at / SIZE), at % SIZE];
      let sum = 0;
      for (let n = 0; n < COUNT; n++) sum += (a.codes[i * COUNT + n] - ZERO) * (b.codes[j * COUNT + n] - ZERO);
      return sum;
    });
    for (const threads of [1, 2]) {
      const gram = await openGram(mkdtempSync(path.join(folder, 'gram-')), threads);
      expect([...(await gram.products(a, b, ZERO))]).toEqual(expected);
      await gram.close();
    }
  });
});
