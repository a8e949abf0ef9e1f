import { expect, test } from 'vitest';
import { codingFactor, madeUpMap } from '../../src/benchmark/coding.js';

test('the factor of this machine is that of a machine', async () => {
  const factor = await codingFactor();
  // An older phone, or the fastest desktop; measured while other tests run.
  expect(factor).toBeGreaterThan(0.1);
  expect(factor).toBeLessThan(50);
});

test('the made-up map keeps to its levels and is the same each time', () => {
  const map = madeUpMap([1, 8, 16, 16], 16);
  expect(Math.max(...map)).toBeLessThan(16);
  expect(new Set(map).size).toBeGreaterThan(8);
  expect(map).toEqual(madeUpMap([1, 8, 16, 16], 16));
  expect(map).toHaveLength(8 * 16 * 16);
});
