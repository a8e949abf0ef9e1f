import { expect, test } from 'vitest';
import { codecSeconds } from '../../src/cost/codec.js';

test('coding takes time in proportion to the bytes, more on the edge than in the cloud, whatever the quality of a picture', () => {
  expect(codecSeconds('raw', 1e6)).toEqual({ encodeSeconds: 0, decodeSeconds: 0 });
  for (const encoding of ['deflate', 'brotli', 'arithmetic', 'png', 'jpeg:90', 'webp:80']) {
    expect(codecSeconds(encoding, 0)).toEqual({ encodeSeconds: 0, decodeSeconds: 0 });
    const [once, twice] = [codecSeconds(encoding, 1000), codecSeconds(encoding, 2000)];
    expect(twice.encodeSeconds).toBeCloseTo(2 * once.encodeSeconds, 12);
    expect(twice.decodeSeconds).toBeCloseTo(2 * once.decodeSeconds, 12);
    expect(once.encodeSeconds).toBeGreaterThan(once.decodeSeconds);
    expect(once.decodeSeconds).toBeGreaterThan(0);
  }
  expect(codecSeconds('jpeg:90', 1000)).toEqual(codecSeconds('jpeg:10', 1000));
});

test('the edge takes as many times longer as its preset says, the cloud does not', () => {
  const [slow, fast] = [codecSeconds('deflate', 1000, 81), codecSeconds('deflate', 1000, 1)];
  expect(slow.encodeSeconds).toBeCloseTo(81 * fast.encodeSeconds, 12);
  expect(slow.decodeSeconds).toBe(fast.decodeSeconds);
  expect(codecSeconds('deflate', 1000)).toEqual(codecSeconds('deflate', 1000, 4));
});

test('an encoding of which nothing is known is not free', () => {
  for (const encoding of ['zstd', 'avif:50', 'toString', ''])
    expect(() => codecSeconds(encoding, 10)).toThrow(expect.objectContaining({ code: 'COSTS_INVALID' }));
});
