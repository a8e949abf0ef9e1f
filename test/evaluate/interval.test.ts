import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dropInterval, newcombe, type PairCounts, totalOf, Z95, Z999 } from '../../src/evaluate/interval.js';

const scoresOf = ({ both, floatOnly, quantizedOnly, neither }: PairCounts) => ({
  float: [...Array(both + floatOnly).fill(1), ...Array(quantizedOnly + neither).fill(0)],
  quantized: [
    ...Array(both).fill(1),
    ...Array(floatOnly).fill(0),
    ...Array(quantizedOnly).fill(1),
    ...Array(neither).fill(0),
  ],
});

/** Probability that the interval holds the true difference, over every outcome of n pairs. */
function coverage(n: number, shares: readonly number[]): number {
  const logFactorial = [0];
  for (let i = 1; i <= n; i++) logFactorial.push(logFactorial[i - 1] + Math.log(i));
  const truth = shares[1] - shares[2];
  let sum = 0;
  for (let both = 0; both <= n; both++)
    for (let floatOnly = 0; both + floatOnly <= n; floatOnly++)
      for (let quantizedOnly = 0; both + floatOnly + quantizedOnly <= n; quantizedOnly++) {
        const counts = [both, floatOnly, quantizedOnly, n - both - floatOnly - quantizedOnly];
        if (counts.some((count, i) => count > 0 && shares[i] === 0)) continue;
        const log = counts.reduce(
          (total, count, i) => total + (count && count * Math.log(shares[i])) - logFactorial[count],
          logFactorial[n],
        );
        const [low, high] = newcombe({ both, floatOnly, quantizedOnly, neither: counts[3] }, Z95);
        if (low <= truth && truth <= high) sum += Math.exp(log);
      }
  return sum;
}

describe('of scores that are right or wrong', () => {
  test.each([
    [0.7, 0.02, 0.01, 0.27],
    [0.7, 0.1, 0.05, 0.15],
    [0.5, 0.2, 0.05, 0.25],
    [0.9, 0.05, 0, 0.05],
    [0.3, 0.3, 0.3, 0.1],
  ])('holds the truth in about 95 of 100 cases: %d %d %d %d', (...shares) => {
    for (const n of [12, 36]) expect(coverage(n, shares)).toBeGreaterThan(0.93);
  });

  test('is what the formulas of the paper give', () => {
    // 36, 12, 2 and 0 of 50, by hand: p1 = 0.96 with Wilson limits 0.8654 and 0.9890, p2 = 0.76 with 0.6259 and 0.8570,
    // phi = -0.1147.
    const [low, high] = newcombe({ both: 36, floatOnly: 12, quantizedOnly: 2, neither: 0 }, Z95);
    expect(low).toBeCloseTo(0.0569, 4);
    expect(high).toBeCloseTo(0.3404, 4);
  });

  test('mirrors when the roles are changed, holds the drop, widens with confidence and narrows with samples', () => {
    const counts = fc.tuple(fc.nat(60), fc.nat(20), fc.nat(20), fc.integer({ min: 1, max: 60 }));
    fc.assert(
      fc.property(counts, ([both, floatOnly, quantizedOnly, neither]) => {
        const one = { both, floatOnly, quantizedOnly, neither };
        const [low, high] = newcombe(one, Z95);
        const drop = (floatOnly - quantizedOnly) / (both + floatOnly + quantizedOnly + neither);
        expect(low).toBeLessThanOrEqual(drop);
        expect(high).toBeGreaterThanOrEqual(drop);
        expect(low).toBeGreaterThanOrEqual(-1 - 1e-9);
        expect(high).toBeLessThanOrEqual(1 + 1e-9);
        const mirrored = newcombe({ both, floatOnly: quantizedOnly, quantizedOnly: floatOnly, neither }, Z95);
        expect(mirrored[0]).toBeCloseTo(-high, 9);
        expect(mirrored[1]).toBeCloseTo(-low, 9);
        const wide = newcombe(one, Z999);
        expect(wide[0]).toBeLessThan(low);
        expect(wide[1]).toBeGreaterThan(high);
        const many = {
          both: 9 * both,
          floatOnly: 9 * floatOnly,
          quantizedOnly: 9 * quantizedOnly,
          neither: 9 * neither,
        };
        const [lower, higher] = newcombe(many, Z95);
        expect(higher - lower).toBeLessThan(high - low);
      }),
    );
  });

  test('is found from the scores themselves', () => {
    const counts = { both: 30, floatOnly: 4, quantizedOnly: 1, neither: 5 };
    expect(dropInterval(scoresOf(counts))).toEqual(newcombe(counts, Z95));
    expect(dropInterval({ float: [], quantized: [] })).toEqual([-1, 1]);
  });
});

describe('of a score of the whole set', () => {
  const random = (seed: number) => (i: number) => Math.abs(Math.sin(seed * (i + 1) * 12.9898) * 43758.5453) % 1;
  const [a, b] = [random(1), random(2)];
  const float = Array.from({ length: 150 }, (_, i) => a(i));
  const quantized = Array.from({ length: 150 }, (_, i) => a(i) - 0.1 * b(i));
  const weighted = (values: readonly number[], weights?: ArrayLike<number>) => {
    const all = values.reduce((sum, _, i) => sum + (weights?.[i] ?? 1), 0);
    return values.reduce((sum, value, i) => sum + (weights?.[i] ?? 1) * value, 0) / all;
  };
  const total = (weights?: ArrayLike<number>) => ({
    float: weighted(float, weights),
    quantized: weighted(quantized, weights),
  });

  test('is about that of the mean where it is the mean, always the same, and holds the drop', () => {
    const [low, high] = dropInterval({ float, quantized, total });
    const [plainLow, plainHigh] = dropInterval({ float, quantized });
    expect(Math.abs(low - plainLow)).toBeLessThan(0.2 * (plainHigh - plainLow));
    expect(Math.abs(high - plainHigh)).toBeLessThan(0.2 * (plainHigh - plainLow));
    expect(dropInterval({ float, quantized, total })).toEqual([low, high]);
    expect(totalOf({ float, quantized, total }).float).toBeCloseTo(totalOf({ float, quantized }).float, 12);
  });
});

describe('of other scores', () => {
  const scores = {
    float: Array.from({ length: 200 }, (_, i) => 0.5 + 0.4 * Math.sin(i)),
    quantized: Array.from({ length: 200 }, (_, i) => 0.47 + 0.4 * Math.sin(i) + 0.1 * Math.cos(3 * i)),
  };
  const differences = scores.float.map((score, i) => score - scores.quantized[i]);
  const mean = differences.reduce((a, b) => a + b) / 200;
  const error = Math.sqrt(differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 199 / 200);

  test.each([Z95, Z999])('is near the normal one of the mean at z = %d, and the same every time', (z) => {
    const [low, high] = dropInterval(scores, z);
    expect(low).toBeGreaterThan(mean - z * error * 1.15);
    expect(low).toBeLessThan(mean - z * error * 0.85);
    expect(high).toBeLessThan(mean + z * error * 1.15);
    expect(high).toBeGreaterThan(mean + z * error * 0.85);
    expect(dropInterval(scores, z)).toEqual([low, high]);
  });

  test('is a point where nothing differs', () => {
    expect(dropInterval({ float: [0.3, 0.7], quantized: [0.3, 0.7] })).toEqual([0, 0]);
  });
});
