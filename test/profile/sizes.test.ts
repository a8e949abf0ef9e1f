import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodedSize, fixedSize } from '../../src/profile/sizes.js';

test('mean, median and 95th percentile by nearest rank', () => {
  expect(encodedSize([30])).toEqual({ mean: 30, p50: 30, p95: 30 });
  expect(encodedSize([40, 10, 20, 30])).toEqual({ mean: 25, p50: 20, p95: 40 });
  const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);
  expect(encodedSize(hundred)).toEqual({ mean: 51, p50: 50, p95: 95 });
  expect(fixedSize(7)).toEqual({ mean: 7, p50: 7, p95: 7 });
});

test('sizes keep ten significant bits, so that machines agree', () => {
  expect(encodedSize([100_001, 100_001])).toEqual(encodedSize([100_000, 100_000]));
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 1e7 }), { minLength: 1, maxLength: 40 }), (sizes) => {
      const { mean, p50, p95 } = encodedSize(sizes);
      expect(p50).toBeLessThanOrEqual(p95);
      const exact = sizes.reduce((a, b) => a + b, 0) / sizes.length;
      expect(Math.abs(mean - exact)).toBeLessThanOrEqual(1 + exact / 1024);
    }),
  );
});
