import { describe, expect, it } from 'vitest';
import type { SystolicDevice } from '../../src/cost/device.js';
import { edgeJoules } from '../../src/cost/energy.js';
import type { LayerShape } from '../../src/cost/layer.js';
import { layerTraffic } from '../../src/cost/traffic.js';

const array: SystolicDevice = {
  kind: 'systolic',
  array: { rows: 2, columns: 2 },
  dataflow: 'ws',
  clock: 1e6,
  sram: { ifmap: 1000, filter: 1000, ofmap: 1000 },
  bandwidth: 1e6,
};
const processor = {
  kind: 'roofline',
  peak: { fp32: 1e9 },
  efficiency: { default: 1 },
  overhead: 0,
  bandwidth: 1e9,
} as const;

/** 3 x 5 by 5 x 4: three folds along k, two across n. */
const product: LayerShape = {
  op: 'Gemm',
  inputElements: 15,
  outputElements: 12,
  parameters: 20,
  macs: 60,
  gemm: { m: 3, n: 4, k: 5, count: 1 },
};
const at = (weights: number, activations: number) => ({ weights, input: activations, output: activations });

describe('what a layer moves', () => {
  it('through the buffers of an array, by its dataflow; what it fetches comes once where it fits', () => {
    // Weight stationary: inputs stream past two columns of folds, weights lie still; of three folds two write sums of
    // 32 bits, the last one outputs.
    expect(layerTraffic(array, product, at(8, 8))).toEqual({ onChip: 30 + 20 + 24 * 4 + 12, offChip: 15 + 20 + 12 });
    expect(layerTraffic(array, product, at(4, 8))).toEqual({ onChip: 30 + 10 + 24 * 4 + 12, offChip: 15 + 10 + 12 });
    // Output stationary: two folds along m and two along n, each of which reads both operands; sums stay in the array.
    expect(layerTraffic({ ...array, dataflow: 'os' }, product, at(8, 8)).onChip).toBe(15 * 2 + 20 * 2 + 12);
    // Input stationary: three folds along k, two along m.
    expect(layerTraffic({ ...array, dataflow: 'is' }, product, at(8, 8)).onChip).toBe(15 + 20 * 2 + 24 * 4 + 12);
  });
  it('for a product of two activations: both at the bits of activations', () => {
    const shape = { ...product, inputElements: 35, parameters: 0 };
    expect(layerTraffic(array, shape, at(2, 8)).offChip).toBe(15 + 20 + 12);
  });
  it('elsewhere: every operand once through both memories', () => {
    expect(layerTraffic(processor, product, at(4, 8))).toEqual({ onChip: 37, offChip: 37 });
    const pool: LayerShape = { op: 'MaxPool', inputElements: 64, outputElements: 16, parameters: 0, macs: 0 };
    for (const device of [array, processor])
      expect(layerTraffic(device, pool, at(8, 8))).toEqual({ onChip: 80, offChip: 80 });
  });
});

describe('the energy of a layer', () => {
  const energy = { mac: { int8: 1e-12, fp16: 3e-12 }, onChip: 2e-12, offChip: 100e-12 };
  it('is that of its multiply-accumulates and of what it moves', () => {
    expect(edgeJoules({ ...array, energy }, product, at(8, 8), 1)).toBeCloseTo(60e-12 + 158 * 2e-12 + 47 * 100e-12, 18);
    expect(edgeJoules({ ...processor, energy }, product, at(8, 8), 1)).toBeCloseTo(60e-12 + 47 * 102e-12, 18);
  });
  it('counts what is stated alone, and takes the next wider precision', () => {
    const mac = { int8: 1e-12, fp16: 3e-12 };
    expect(edgeJoules({ ...array, energy: { mac } }, product, at(4, 4), 1)).toBeCloseTo(60e-12, 20);
    expect(edgeJoules({ ...array, energy: { mac } }, product, { ...at(16, 16), float: true }, 1)).toBeCloseTo(
      180e-12,
      20,
    );
  });
  it('falls back to power times time, beside idle power; without it nothing is known', () => {
    const power = { active: 5, idle: 1.5 };
    expect(edgeJoules({ ...array, power }, product, at(8, 8), 0.2)).toBeCloseTo(0.7, 12);
    expect(edgeJoules({ ...array, energy, power }, product, { ...at(32, 32), float: true }, 0.2)).toBeCloseTo(0.7, 12);
    expect(edgeJoules({ ...array, energy }, product, { ...at(32, 32), float: true }, 0.2)).toBeUndefined();
    expect(edgeJoules({ ...array, energy: { offChip: 1e-10 } }, product, at(8, 8), 0.2)).toBeUndefined();
    expect(edgeJoules({ kind: 'table', power }, product, at(8, 8), 0.2)).toBeCloseTo(0.7, 12);
    expect(edgeJoules(array, product, at(8, 8), 0.2)).toBeUndefined();
  });
});
