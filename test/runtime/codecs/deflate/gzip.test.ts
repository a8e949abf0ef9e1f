import { gunzipSync, gzipSync, inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deflateBytes, gzipParts } from '../../../../src/runtime/codecs/deflate/gzip.js';
import { inflateBody } from '../../../../src/runtime/codecs/deflate/inflate.js';
import { concatBytes } from '../../../../src/runtime/types.js';

test('any gzip reader gets the stored parts and then the compressed ones', () => {
  const parts = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 4 });
  fc.assert(
    fc.property(parts, parts, (stored, compressed) => {
      expect(Buffer.compare(gunzipSync(gzipParts(stored, compressed)), concatBytes([...stored, ...compressed]))).toBe(
        0,
      );
    }),
  );
});

test.each([0, 65535, 65536, 200_000])('%i stored bytes are split into blocks', (length) => {
  const stored = Uint8Array.from({ length }, (_, i) => (i * i) >> 3);
  const tail = Uint8Array.of(1, 2, 3);
  expect(Buffer.compare(gunzipSync(gzipParts([stored], [tail])), concatBytes([stored, tail]))).toBe(0);
});

test('it is one member, so that servers which stop after the first read everything', () => {
  const body = gzipParts([new Uint8Array(100_000)], [new Uint8Array(1000), Uint8Array.of(7)]);
  // The raw stream between the header of 10 bytes and the trailer of 8 ends nowhere earlier.
  expect(inflateRawSync(body.subarray(10, -8))).toHaveLength(101_001);
  const { engine } = inflateRawSync(body.subarray(10), { info: true }) as unknown as {
    engine: { bytesWritten: number };
  };
  expect(engine.bytesWritten).toBe(body.length - 18);
});

test('only the compressed part shrinks', () => {
  const zeros = new Uint8Array(10_000);
  expect(gzipParts([zeros], [])).toHaveLength(10 + 5 + 10_000 + deflateBytes(new Uint8Array()).length + 8);
  expect(gzipParts([], [zeros])).toHaveLength(10 + deflateBytes(zeros).length + 8);
  expect(deflateBytes(zeros).length).toBeLessThan(60);
});

test('bodies in several members, in deflate or in no encoding are read', async () => {
  const text = Buffer.from('some text, some text');
  const members = Buffer.concat([gzipSync(text), gzipSync(text)]);
  expect(String(await inflateBody(members, 'gzip', 1000))).toBe(`${text}${text}`);
  expect(await inflateBody(text, undefined, 1000)).toBe(text);
  expect(await inflateBody(text, 'identity', 1000)).toBe(text);
});

test('a bomb is stopped at the limit, a broken stream and a foreign encoding are refused', async () => {
  const bomb = gzipSync(Buffer.alloc(5_000_000));
  expect(bomb.length).toBeLessThan(10_000);
  await expect(inflateBody(bomb, 'gzip', 10_000)).rejects.toMatchObject({ status: 413 });
  await expect(inflateBody(Buffer.concat([bomb, bomb]), 'gzip', 6_000_000)).rejects.toMatchObject({ status: 413 });
  await expect(inflateBody(bomb.subarray(0, 100), 'gzip', 1e7)).rejects.toMatchObject({ status: 400 });
  await expect(inflateBody(Buffer.from('plain'), 'gzip', 1e7)).rejects.toMatchObject({ status: 400 });
  await expect(inflateBody(bomb, 'br', 1e7)).rejects.toMatchObject({ status: 415 });
  await expect(inflateBody(bomb, 'constructor', 1e7)).rejects.toMatchObject({ status: 415 });
});
