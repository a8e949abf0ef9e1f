import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cholesky, solveCholesky } from '../../src/ptq/cholesky.js';
import { descend, nearestPlane } from '../../src/ptq/nearest-plane.js';
import { type Moments, roundWeights } from '../../src/ptq/round-weights.js';
import { random } from '../onnx/harness.js';

/** Moments of correlated columns, and weights to be rounded. */
function problem(seed: number, size: number, rows: number) {
  const next = random(seed);
  const count = 4 * size;
  const columns = Array.from({ length: count }, () => {
    const common = next();
    return Array.from({ length: size }, () => common + 0.3 * (next() - 0.5));
  });
  const hessian = new Float64Array(size * size);
  for (const x of columns)
    for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) hessian[i * size + j] += (x[i] * x[j]) / count;
  const weights = Float64Array.from({ length: rows * size }, () => next() - 0.5);
  return { moments: { size, count, hessian, cross: hessian } satisfies Moments, weights };
}

/** e^T H e of every row together. */
function loss({ size, hessian }: Moments, errors: Float64Array): number {
  let sum = 0;
  for (let start = 0; start < errors.length; start += size)
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++) sum += errors[start + i] * hessian[i * size + j] * errors[start + j];
  return sum;
}

const cases = fc.record({
  seed: fc.integer(),
  size: fc.integer({ min: 2, max: 12 }),
  rows: fc.integer({ min: 1, max: 4 }),
});

describe('rounding by least squares', () => {
  it('factors a matrix and solves with the factor', () => {
    fc.assert(
      fc.property(cases, ({ seed, size }) => {
        const { moments } = problem(seed, size, 1);
        for (let i = 0; i < size; i++) moments.hessian[i * size + i] += 0.01;
        const factor = Float64Array.from(moments.hessian);
        expect(cholesky(factor, size)).toBe(true);
        const next = random(seed + 1);
        const x = Float64Array.from({ length: size }, next);
        const b = Float64Array.from({ length: size }, (_, i) =>
          x.reduce((sum, value, j) => sum + moments.hessian[i * size + j] * value, 0),
        );
        solveCholesky(factor, size, b);
        for (let i = 0; i < size; i++) expect(b[i]).toBeCloseTo(x[i], 6);
      }),
    );
    expect(cholesky(Float64Array.of(1, 2, 2, 1), 2)).toBe(false);
  });

  it('is rounding to nearest where columns have nothing to do with one another', () => {
    const factor = Float64Array.of(2, 0, 0, 0, 1, 0, 0, 0, 3);
    const { codes, loss: left } = nearestPlane(factor, Float64Array.of(0.9, -1.6, 7), 1, -2, 1);
    expect([...codes]).toEqual([1, -2, 1]);
    expect(left).toBeCloseTo((2 * 0.1) ** 2 + 0.4 ** 2 + (3 * 6) ** 2, 10);
  });

  it('never leaves more error than rounding to nearest at the same scale, nor less than the best of all codes', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 2, max: 4 }), (seed, size) => {
        const { moments, weights } = problem(seed, size, 1);
        for (let i = 0; i < size; i++) moments.hessian[i * size + i] += 0.01;
        const factor = Float64Array.from(moments.hessian);
        cholesky(factor, size);
        const scale = 0.3;
        const of = (codes: ArrayLike<number>) =>
          loss(
            moments,
            weights.map((value, i) => codes[i] * scale - value),
          );
        const nearest = weights.map((value) => Math.min(1, Math.max(-2, Math.round(value / scale))));
        const start = { scale, codes: nearest, loss: of(nearest) };
        const found = [nearestPlane(factor, weights, scale, -2, 1), start].map((row) =>
          descend(moments.hessian, weights, row, -2, 1, 50),
        );
        const least = Math.min(...every(size, -2, 1).map(of));
        for (const row of found) {
          expect(row.loss).toBeCloseTo(of(row.codes), 8);
          expect(row.loss).toBeGreaterThanOrEqual(least - 1e-9);
        }
        expect(found[1].loss).toBeLessThanOrEqual(start.loss + 1e-9);
      }),
    );
  });

  it('leaves far less error in the outputs than rounding to nearest', () => {
    const ratios = Array.from({ length: 40 }, (_, seed) => {
      const { moments, weights } = problem(seed, 16, 4);
      const options = { bits: 4, leastScale: () => 0, work: 1e9, carry: Number.POSITIVE_INFINITY };
      const { codes, scales } = roundWeights(weights, 4, moments, options);
      const errors = weights.map((value, i) => codes[i] * scales[Math.floor(i / 16)] - value);
      const nearest = weights.map(
        (value, i) => Math.round(value / scales[Math.floor(i / 16)]) * scales[Math.floor(i / 16)] - value,
      );
      return loss(moments, errors) / loss(moments, nearest);
    });
    for (const ratio of ratios) expect(ratio).toBeLessThan(1);
    expect(ratios.reduce((a, b) => a + b, 0) / ratios.length).toBeLessThan(0.3);
  });

  it('makes up for what the layers before did to the input', () => {
    const { moments, weights } = problem(7, 8, 2);
    // Everything arrives at half its size.
    const halved: Moments = {
      ...moments,
      hessian: moments.hessian.map((v) => v / 4),
      cross: moments.hessian.map((v) => v / 2),
    };
    const { codes, scales } = roundWeights(weights, 2, halved, { bits: 8, leastScale: () => 0, work: 1e9, carry: 0.1 });
    const errors = weights.map((value, i) => codes[i] * scales[Math.floor(i / 8)] * 0.5 - value);
    const kept = weights.map((value) => value * 0.5 - value);
    expect(loss(moments, errors)).toBeLessThan(0.05 * loss(moments, kept));
  });
});

function every(size: number, low: number, high: number): number[][] {
  if (size === 0) return [[]];
  return every(size - 1, low, high).flatMap((rest) =>
    Array.from({ length: high - low + 1 }, (_, i) => [...rest, low + i]),
  );
}
