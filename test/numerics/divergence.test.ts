import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classDivergence, relativeSquaredError } from '../../src/numerics/divergence.js';

describe('divergence of classes', () => {
  it('is sum p log(p / q) of probabilities, and of the softmax of anything else', () => {
    const [p, q] = [Float32Array.of(0.5, 0.25, 0.25), Float32Array.of(0.25, 0.25, 0.5)];
    expect(classDivergence(p, q)).toBeCloseTo(0.25 * Math.log(2), 6);
    const logits = (values: Float32Array) => values.map((value) => 3 + Math.log(value));
    expect(classDivergence(logits(p), logits(q))).toBeCloseTo(0.25 * Math.log(2), 5);
  });

  it('is never below zero, and zero for the same scores', () => {
    const scores = fc.array(fc.float({ min: -50, max: 50, noNaN: true }), { minLength: 3, maxLength: 3 }).map((a) => Float32Array.from(a));
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
});
