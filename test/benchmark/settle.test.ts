import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { settle } from '../../src/benchmark/settle.js';
import { midmean, quantile, spreadOf } from '../../src/benchmark/spread.js';

const layer = (seconds: number[], kernels = 1) => ({ seconds: Float64Array.from(seconds), kernels });

describe('settle', () => {
  it('takes from each kernel the time that the profiler takes', () => {
    const [conv, add] = settle([layer([50e-6, 50e-6, 50e-6]), layer([4e-6, 4e-6, 4e-6], 2)], 51e-6);
    expect(conv.median).toBeCloseTo(49e-6, 10);
    expect(add.median).toBeCloseTo(2e-6, 10);
  });

  it('shares what a profiler cannot take in proportion', () => {
    const [long, short] = settle([layer([900e-6]), layer([100e-6])], 500e-6);
    expect(long.median + short.median).toBeCloseTo(500e-6, 12);
    expect(long.median / short.median).toBeGreaterThan(8.5);
    expect(long.median / short.median).toBeLessThan(9.5);
  });

  it('sums up to the whole, each layer above nothing and within its spread', () => {
    const times = fc.array(fc.double({ min: 1e-7, max: 1e-2, noNaN: true }), { minLength: 3, maxLength: 8 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(times, fc.integer({ min: 1, max: 5 })), { minLength: 1, maxLength: 10 }),
        fc.double({ min: 1e-6, max: 1e-1, noNaN: true }),
        (layers, total) => {
          const settled = settle(
            layers.map(([seconds, kernels]) => layer(seconds, kernels)),
            total,
          );
          expect(settled.reduce((sum, { median }) => sum + median, 0) / total).toBeCloseTo(1, 6);
          for (const { median, p10, p90 } of settled) {
            expect(median).toBeGreaterThan(0);
            expect(p10).toBeLessThanOrEqual(median);
            expect(p90).toBeGreaterThanOrEqual(median);
          }
        },
      ),
    );
  });

  it('leaves a layer without kernels at nothing', () => {
    expect(settle([layer([5e-6, 5e-6]), layer([0, 0], 0)], 5e-6)[1]).toEqual({ median: 0, p10: 0, p90: 0 });
  });
});

it('quantiles lie between their neighbours, whatever the order', () => {
  expect([0, 0.1, 0.5, 0.9, 1].map((share) => quantile([5, 1, 4, 2, 3], share))).toEqual([1, 1.4, 3, 4.6, 5]);
  expect(quantile([], 0.5)).toBe(0);
});

it('a round that ran more often counts for no more', () => {
  const rounds = [[4, 4, 4], Array(90).fill(1), [5]];
  expect(spreadOf(rounds)).toEqual({ median: 4, p10: 1, p90: 4 });
  expect(spreadOf([[2]])).toEqual({ median: 2, p10: 2, p90: 2 });
});

it('a kernel is timed finer than the clock counts, and not by its outliers', () => {
  expect(midmean([1, 1, 1, 1, 1, 2, 2, 2, 2, 900])).toBeCloseTo(1.5, 6);
  expect(midmean([3])).toBe(3);
  expect(midmean([])).toBe(0);
});
