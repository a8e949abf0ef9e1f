import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addValues, createHistogram, meanSquare } from '../../src/numerics/histogram.js';
import { quantizerOf, searchQuantizer } from '../../src/numerics/range.js';

function histogramOf(...parts: Float32Array[]) {
  const histogram = createHistogram();
  for (const part of parts) expect(addValues(histogram, part)).toBe(-1);
  return histogram;
}

/** Error of a quantizer on the values themselves, by its definition. */
function errorOn(
  values: Float32Array,
  { scale, zeroPoint, bits }: { scale: number; zeroPoint: number; bits: number },
): number {
  let sum = 0;
  for (const value of values) {
    const code = Math.min(2 ** bits - 1, Math.max(0, Math.round(value / scale) + zeroPoint));
    sum += (value - scale * (code - zeroPoint)) ** 2;
  }
  return sum / values.length;
}

/** Normal values with a few outliers, as activations are. */
function activations(seed: number, count = 4000): Float32Array {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 1) / 4294967297;
  };
  return Float32Array.from(
    { length: count },
    (_, i) => Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next()) * (i % 997 === 0 ? 12 : 1),
  );
}

describe('histogram', () => {
  it('does not depend on how values are cut into parts', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.integer({ min: -256_000, max: 256_000 }).map((value) => value / 256),
          { minLength: 2, maxLength: 200 },
        ),
        fc.nat(),
        (list, at) => {
          const values = Float32Array.from(list);
          const cut = at % values.length;
          const whole = histogramOf(values);
          const parts = histogramOf(values.subarray(0, cut), values.subarray(cut));
          expect(parts.limit).toBe(whole.limit);
          expect([...parts.counts]).toEqual([...whole.counts]);
          expect([parts.zeros, parts.min, parts.max]).toEqual([whole.zeros, whole.min, whole.max]);
          const squares = values.reduce((sum, value) => sum + value * value, 0) / values.length;
          expect(meanSquare(parts)).toBeCloseTo(squares, 6);
        },
      ),
    );
  });

  it('gives the position of the first value that is no number', () => {
    expect(addValues(createHistogram(), Float32Array.of(1, 2, Number.NaN, 4))).toBe(2);
    expect(addValues(createHistogram(), Float32Array.of(1, Number.NEGATIVE_INFINITY))).toBe(1);
  });
});

describe('activation quantizer', () => {
  it('represents zero exactly and covers the range it is made of', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -50, max: 50, noNaN: true }),
        fc.double({ min: 1e-6, max: 50, noNaN: true }),
        fc.integer({ min: 2, max: 8 }),
        (low, width, bits) => {
          const { scale, zeroPoint } = quantizerOf(low, low + width, bits);
          expect(Number.isInteger(zeroPoint) && zeroPoint >= 0 && zeroPoint < 2 ** bits).toBe(true);
          expect(Math.fround(scale)).toBe(scale);
          expect(scale * (2 ** bits - 1 - zeroPoint)).toBeGreaterThanOrEqual(
            low + width - 0.51 * scale - 1e-3 * Math.abs(low + width),
          );
          expect(-scale * zeroPoint).toBeLessThanOrEqual(low + 0.51 * scale + 1e-3 * Math.abs(low));
        },
      ),
    );
  });

  it('predicts the error that the values really have', () => {
    for (const bits of [2, 3, 4, 5, 6, 8]) {
      const values = activations(bits);
      const quantizer = searchQuantizer(histogramOf(values), bits);
      expect(quantizer.mse / errorOn(values, quantizer)).toBeGreaterThan(0.9);
      expect(quantizer.mse / errorOn(values, quantizer)).toBeLessThan(1.1);
    }
  });

  it('clips where that is better than covering every outlier, and close to the best range there is', () => {
    for (const bits of [2, 3, 4]) {
      const values = activations(17 * bits).map((value) => Math.max(0, value));
      const quantizer = searchQuantizer(histogramOf(values), bits, { low: 0, high: Infinity });
      const top = values.reduce((a, b) => Math.max(a, b), 0);
      let best = Infinity;
      for (let share = 0.01; share <= 1; share += 0.01)
        best = Math.min(best, errorOn(values, quantizerOf(0, top * share, bits)));
      expect(quantizer.zeroPoint).toBe(0);
      expect(errorOn(values, quantizer)).toBeLessThan(errorOn(values, quantizerOf(0, top, bits)));
      expect(errorOn(values, quantizer)).toBeLessThan(1.25 * best);
    }
  });
});
