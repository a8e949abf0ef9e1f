import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LayerShape } from '../../../src/calibrate/profile.js';
import type { SystolicDevice } from '../../../src/cost/device.js';
import { systolicSeconds } from '../../../src/cost/systolic/seconds.js';
import { v1Cycles } from '../../../src/cost/systolic/v1.js';
import { computeCycles, sramWords } from '../../../src/cost/systolic/v2-cycles.js';
import { systolicWork } from '../../../src/cost/systolic/work.js';

const device: SystolicDevice = {
  kind: 'systolic',
  array: { rows: 12, columns: 14 },
  dataflow: 'ws',
  clock: 200e6,
  sram: { ifmap: 36864, filter: 36864, ofmap: 36864 },
  bandwidth: 1e9,
};
const EIGHT = { weights: 8, input: 8, output: 8 };

const layer = (m: number, n: number, k: number, count = 1): LayerShape => ({
  op: 'Conv',
  inputElements: m * k * count,
  outputElements: m * n * count,
  parameters: n * k * count,
  macs: m * n * k * count,
  gemm: { m, n, k, count },
});

const size = fc.integer({ min: 1, max: 300 });
const layers = fc.tuple(size, size, size, fc.integer({ min: 1, max: 4 }));
const dataflows = fc.constantFrom('os' as const, 'ws' as const, 'is' as const);
const bits = fc.constantFrom(2, 4, 6, 8);

describe('the work of a systolic array', () => {
  it('is cycles of the model that the preset names', () => {
    fc.assert(
      fc.property(layers, dataflows, ([m, n, k, count], dataflow) => {
        const shape = layer(m, n, k, count);
        const gemm = { m, n, k, count };
        const array = { ...device, dataflow };
        const v2 = computeCycles(array, gemm);
        expect(systolicWork(array, shape, EIGHT).cycles).toBe(v2);
        expect(systolicWork({ ...array, model: 'scale-sim-v2' }, shape, EIGHT).cycles).toBe(v2);
        expect(systolicWork({ ...array, model: 'scale-sim-v1' }, shape, EIGHT).cycles).toBe(
          count * v1Cycles(array, gemm),
        );
      }),
    );
  });
  it('has cycles that no bits change, and traffic that grows with them', () => {
    fc.assert(
      fc.property(layers, dataflows, bits, bits, ([m, n, k, count], dataflow, weights, input) => {
        const array = { ...device, dataflow };
        const few = systolicWork(array, layer(m, n, k, count), { weights, input, output: input });
        const many = systolicWork(array, layer(m, n, k, count), EIGHT);
        expect(few.cycles).toBe(many.cycles);
        expect(few.offChipBytes).toBeLessThanOrEqual(many.offChipBytes);
        expect(few.onChipBytes).toBeLessThanOrEqual(many.onChipBytes);
        expect(few.offChipBytes).toBeGreaterThanOrEqual((count * (n * k * weights + (m * k + m * n) * input)) / 8);
      }),
    );
  });
  it('exchanges with its buffers what the simulator counts, partial sums at 32 bits', () => {
    fc.assert(
      fc.property(layers, dataflows, ([m, n, k, count], dataflow) => {
        const array = { ...device, dataflow };
        const { ifmap, filter, ofmap } = sramWords(array, { m, n, k });
        // In os the simulator adds writes that are no outputs.
        const partial = dataflow === 'os' ? 0 : ofmap - m * n;
        expect(systolicWork(array, layer(m, n, k, count), EIGHT).onChipBytes).toBe(
          count * (ifmap + filter + m * n + 4 * partial),
        );
      }),
    );
  });
  it('moves data once where nothing is multiplied', () => {
    const pool: LayerShape = { op: 'MaxPool', inputElements: 4000, outputElements: 1000, parameters: 0, macs: 0 };
    expect(systolicWork(device, pool, { ...EIGHT, input: 4 })).toEqual({
      cycles: 0,
      offChipBytes: 3000,
      onChipBytes: 3000,
      firstBytes: 0,
    });
  });
  it('takes the longer of its cycles and its traffic, after the first fill', () => {
    fc.assert(
      fc.property(layers, dataflows, ([m, n, k, count], dataflow) => {
        const array = { ...device, dataflow, bandwidth: 5e7 };
        const { cycles, offChipBytes, firstBytes } = systolicWork(array, layer(m, n, k, count), EIGHT);
        expect(firstBytes).toBeGreaterThan(0);
        const seconds = Math.max(cycles / 200e6, offChipBytes / 5e7) + firstBytes / 5e7;
        expect(systolicSeconds(array, layer(m, n, k, count), EIGHT)).toBe(seconds);
      }),
    );
  });
});
