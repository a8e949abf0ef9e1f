import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  canonicalJson,
  chunksOf,
  contentDigest,
  contentLength,
  type Piece,
  relativePath,
  sha256,
  sha256File,
} from '../../src/util/content.js';
import { packageRoot } from '../../src/util/package.js';
import { temporaryFolder } from './temporary.js';

const bytes = (text: string) => new TextEncoder().encode(text);

/** FIPS 180-2, appendix B.1 */
const ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

test('hashes bytes and files', async () => {
  const folder = temporaryFolder({ abc: 'abc' });
  expect(sha256(bytes('abc'))).toBe(ABC);
  expect(await sha256File(path.join(folder, 'abc'))).toBe(ABC);
  expect(await contentDigest(bytes('abc'))).toBe(ABC);
});

test('pieces of files and memory make the content, with zeros between', async () => {
  const folder = temporaryFolder({ source: '0123456789' });
  const file = (offset: number, at: number, length: number): Piece => ({
    offset,
    source: { kind: 'file', path: path.join(folder, 'source'), offset: at, length },
  });
  const content = [
    file(0, 2, 3),
    { offset: 5, source: { kind: 'memory' as const, bytes: bytes('ab') } },
    file(7, 0, 0),
    file(8, 9, 1),
  ];
  const expected = bytes('234\0\0ab\x009');
  const chunks: Uint8Array[] = [];
  for await (const chunk of chunksOf(content)) chunks.push(chunk);
  expect(new Uint8Array(Buffer.concat(chunks))).toEqual(expected);
  expect(contentLength(content)).toBe(9);
  expect(await contentDigest(content)).toBe(sha256(expected));
});

test('a gap longer than a chunk of zeros', async () => {
  const content: Piece[] = [{ offset: 200_001, source: { kind: 'memory', bytes: bytes('x') } }];
  const expected = new Uint8Array(200_002);
  expected[200_001] = 'x'.charCodeAt(0);
  expect(await contentDigest(content)).toBe(sha256(expected));
});

test('a source that is shorter than its range is refused, not padded', async () => {
  const folder = temporaryFolder({ source: '0123456789' });
  const content: Piece[] = [
    { offset: 0, source: { kind: 'file', path: path.join(folder, 'source'), offset: 8, length: 3 } },
  ];
  await expect(contentDigest(content)).rejects.toMatchObject({
    code: 'EXTERNAL_DATA',
    message: expect.stringContaining('1 bytes too early'),
  });
});

test('overlapping pieces are refused', async () => {
  const memory = (offset: number): Piece => ({ offset, source: { kind: 'memory', bytes: bytes('abc') } });
  await expect(contentDigest([memory(0), memory(2)])).rejects.toThrow('overlap');
});

test('canonical JSON says the same whatever the order of keys', () => {
  expect(canonicalJson({ b: 1, a: { d: [2, { z: 1, y: 2 }], c: 'é' } })).toBe(
    '{\n  "a": {\n    "c": "é",\n    "d": [\n      2,\n      {\n        "y": 2,\n        "z": 1\n      }\n    ]\n  },\n  "b": 1\n}\n',
  );
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true }), (value) => {
      const shuffled = Object.fromEntries(Object.entries(value).reverse());
      expect(canonicalJson(shuffled)).toBe(canonicalJson(value));
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('relative paths have forward slashes', () => {
  expect(relativePath(path.resolve('/a/b'), path.resolve('/a/c/d.txt'))).toBe('../c/d.txt');
});

test('the package is found from its sources', () => {
  expect(packageRoot()).toBe(path.resolve(import.meta.dirname, '../..'));
});
