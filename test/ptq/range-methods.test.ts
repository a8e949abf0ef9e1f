import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addValues, createHistogram, eachBin, mergeHistograms } from '../../src/numerics/histogram.js';
import { quantizerError, searchQuantizer } from '../../src/numerics/range.js';
import {
  chooseQuantizer,
  divergenceQuantizer,
  type Evidence,
  percentileQuantizer,
} from '../../src/ptq/range-methods.js';
import { random } from '../onnx/harness.js';

function histogramOf(...parts: Float32Array[]) {
  const histogram = createHistogram();
  for (const part of parts) addValues(histogram, part);
  return histogram;
}

/** Roughly normal values of a standard deviation. */
function normal(seed: number, count: number, deviation: number): Float32Array {
  const next = random(seed);
  return Float32Array.from({ length: count }, () => deviation * (next() + next() + next() + next() - 2));
}

const evidence = (fitted: Float32Array, held: Float32Array): Evidence => ({
  fitted: histogramOf(fitted),
  held: histogramOf(held),
  all: histogramOf(fitted, held),
});

describe('histograms of two halves', () => {
  it('add up to the histogram of all values', () => {
    const values = fc
      .array(fc.integer({ min: -8000, max: 8000 }), { maxLength: 30 })
      .map((list) => Float32Array.from(list, (value) => value / 8));
    const bins = (histogram: ReturnType<typeof histogramOf>) => {
      const found: number[][] = [];
      eachBin(histogram, (...bin) => found.push(bin));
      return found;
    };
    fc.assert(
      fc.property(values, values, (a, b) => {
        const merged = mergeHistograms(histogramOf(a), histogramOf(b));
        const whole = histogramOf(a, b);
        expect(bins(merged)).toEqual(bins(whole));
        expect([merged.count, merged.min, merged.max, merged.limit]).toEqual([
          whole.count,
          whole.min,
          whole.max,
          whole.limit,
        ]);
      }),
    );
  });
});

describe('ways to find a range', () => {
  it('a percentile leaves out an outlier that is rare enough', () => {
    const values = normal(1, 20000, 1);
    values[0] = 1000;
    const kept = percentileQuantizer(histogramOf(values), 8, { low: -Infinity, high: Infinity }, 0.999);
    expect(255 * kept.scale).toBeLessThan(6);
    const all = percentileQuantizer(histogramOf(values), 8, { low: -Infinity, high: Infinity }, 1);
    expect(255 * all.scale).toBeGreaterThan(990);
  });

  it('divergence clips an outlier, and nothing of values spread evenly', () => {
    const values = normal(2, 20000, 1);
    values[0] = 50;
    const open = { low: -Infinity, high: Infinity };
    expect(divergenceQuantizer(histogramOf(values), 8, open).scale).toBeLessThan(
      0.9 * percentileQuantizer(histogramOf(values), 8, open, 1).scale,
    );
    const even = Float32Array.from({ length: 20000 }, (_, i) => i / 20000);
    expect(255 * divergenceQuantizer(histogramOf(even), 4, { low: 0, high: Infinity }).scale).toBeGreaterThan(15);
  });

  it('the one is taken that errs least on the other half', () => {
    const own = evidence(normal(3, 5000, 1), normal(4, 5000, 1));
    for (const bits of [2, 4, 8]) {
      const chosen = chooseQuantizer(own, bits);
      const least = searchQuantizer(own.all, bits);
      expect(quantizerError(own.held, chosen)).toBeLessThanOrEqual(1.1 * quantizerError(own.held, least));
    }
    expect(chooseQuantizer(own, 8, undefined, [], ['kl']).method).toBe('kl');
    // What is large in the half that is fitted alone: clipping it to what all other values need errs less.
    const fitted = normal(5, 5000, 1);
    fitted[0] = 400;
    const { method, scale } = chooseQuantizer(
      evidence(fitted, normal(6, 5000, 1)),
      4,
      undefined,
      [],
      ['mse', 'percentile'],
    );
    expect(method).toBe('percentile');
    expect(15 * scale).toBeLessThan(10);
  });
});
