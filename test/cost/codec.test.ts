import { expect, test } from 'vitest';
import { codecSeconds } from '../../src/cost/codec.js';

test('time grows with the bytes, and is nothing for what travels as it is', () => {
  expect(codecSeconds('raw', 1e6)).toBe(0);
  for (const encoding of ['deflate', 'arithmetic', 'brotli', 'png', 'jpeg:90', 'webp:80']) {
    expect(codecSeconds(encoding, 0)).toBe(0);
    expect(codecSeconds(encoding, 2000)).toBeCloseTo(2 * codecSeconds(encoding, 1000), 12);
    expect(codecSeconds(encoding, 1000)).toBeGreaterThan(0);
  }
  expect(codecSeconds('jpeg:90', 1000)).toBe(codecSeconds('jpeg:10', 1000));
});
