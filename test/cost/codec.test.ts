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
