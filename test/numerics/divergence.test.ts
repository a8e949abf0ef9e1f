import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classDivergence, relativeSquaredError } from '../../src/numerics/divergence.js';

describe('divergence of classes', () => {
  it('is 2 sum p log(p / q) at the temperature of the deviation of the reference', () => {
    const [p, q] = [Float32Array.of(0.5, 0.25, 0.25), Float32Array.of(0.25, 0.25, 0.5)];
    // ln p = ln 1/4 + (ln 2, 0, 0): mean ln 2 / 3, deviation ln 2 * sqrt(2) / 3. At it, the softmax of (ln 2, 0, 0) is
    // (e^t, 1, 1) / (e^t + 2).
    const t = 3 / Math.sqrt(2);
    const expected = (2 * (Math.exp(t) * t - t)) / (Math.exp(t) + 2);
    expect(classDivergence(p, q)).toBeCloseTo(expected, 5);
    const logits = (values: Float32Array) => values.map((value) => 3 + Math.log(value));
    expect(classDivergence(logits(p), logits(q))).toBeCloseTo(expected, 5);
    const scaled = (values: Float32Array) => values.map((value) => 7 * value);
    expect(classDivergence(scaled(logits(p)), scaled(logits(q)))).toBeCloseTo(expected, 5);
  });

  it('is the relative squared error around the mean where scores of many classes differ little', () => {
    const reference = Float32Array.from({ length: 500 }, (_, i) => Math.sin(i * 7.3));
    const scores = reference.map((value, i) => value + 0.01 * Math.sin(i * 3.1) + 5);
    const centred = (values: Float32Array) =>
      values.map((value) => value - values.reduce((a, b) => a + b, 0) / values.length);
    const ratio = classDivergence(reference, scores) / relativeSquaredError(centred(reference), centred(scores));
    expect(ratio).toBeGreaterThan(0.8);
    expect(ratio).toBeLessThan(1.25);
  });

  it('is never below zero, and zero for the same scores', () => {
    const scores = fc
      .array(fc.float({ min: -50, max: 50, noNaN: true }), { minLength: 3, maxLength: 3 })
      .map((a) => Float32Array.from(a));
    fc.assert(
      fc.property(scores, scores, (a, b) => {
        expect(classDivergence(a, b)).toBeGreaterThanOrEqual(0);
        expect(classDivergence(a, a)).toBeLessThan(1e-9);
      }),
    );
  });
});

describe('relative squared error', () => {
  it('is the error over the reference', () => {
    expect(relativeSquaredError(Float32Array.of(3, 4), Float32Array.of(3, 3))).toBeCloseTo(1 / 25, 9);
    expect(relativeSquaredError(Float32Array.of(0), Float32Array.of(0))).toBe(0);
    expect(relativeSquaredError(Float32Array.of(0), Float32Array.of(2))).toBe(1);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'is all there was where %d comes out',
    (value) => {
      expect(relativeSquaredError(Float32Array.of(3, 4), Float32Array.of(3, value))).toBe(1);
      if (value !== Number.NEGATIVE_INFINITY)
        expect(classDivergence(Float32Array.of(3, 4), Float32Array.of(3, value))).toBe(1);
    },
  );
});
