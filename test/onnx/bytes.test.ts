import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { byteChunks, readBytes, readFloats } from '../../src/onnx/bytes.js';
import { elementCount, tensorBytes } from '../../src/onnx/element.js';
import type { ByteSource, ElementType, Initializer } from '../../src/onnx/graph.js';
import { temporaryFolder } from './harness.js';

const folder = temporaryFolder();
const content = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);
const file = path.join(folder, 'data.bin');
writeFileSync(file, content);
const range = (offset: number, length: number): ByteSource => ({ kind: 'file', path: file, offset, length });
const tensor = (dtype: ElementType, values: ArrayBufferView, skew = 0): Initializer => {
  // At any address: what a file gives is aligned, what lies in memory need not be.
  const bytes = new Uint8Array(values.byteLength + skew).subarray(skew);
  bytes.set(new Uint8Array(values.buffer));
  return { name: 't', dtype, dims: [], data: { kind: 'memory', bytes } };
};

describe('bytes', () => {
  it('come from ranges of files', () => {
    expect(readBytes(range(10, 20))).toEqual(content.slice(10, 30));
    expect(readBytes(range(1000, 0))).toEqual(new Uint8Array(0));
    const pieces: number[] = [];
    for (const piece of byteChunks(range(3, 900), 64)) pieces.push(...piece);
    expect(pieces).toEqual([...content.slice(3, 903)]);
  });

  it('of a file that became shorter are an error', () => {
    expect(() => readBytes(range(990, 20))).toThrow(expect.objectContaining({ code: 'EXTERNAL_DATA' }));
    expect(() => [...byteChunks(range(990, 20))]).toThrow(expect.objectContaining({ code: 'EXTERNAL_DATA' }));
  });
});

describe('readFloats', () => {
  it.each([0, 1, 3])('converts every type, %i bytes off', (skew) => {
    expect([...readFloats(tensor('float32', Float32Array.of(1.5, -0.1), skew))]).toEqual([1.5, Math.fround(-0.1)]);
    expect([...readFloats(tensor('float64', Float64Array.of(1.5, -0.1), skew))]).toEqual([1.5, Math.fround(-0.1)]);
    expect([...readFloats(tensor('int64', BigInt64Array.of(-5n), skew))]).toEqual([-5]);
    expect([...readFloats(tensor('int16', Int16Array.of(-5), skew))]).toEqual([-5]);
  });

  it('knows the corners of float16', () => {
    // IEEE 754-2019, table 3.5: largest, smallest normal, smallest subnormal, signed zero, infinities, NaN.
    const codes = Uint16Array.of(0x7bff, 0x0400, 0x0001, 0x8000, 0x7c00, 0xfc00, 0x7e00, 0x3555);
    const values = [
      65504,
      2 ** -14,
      2 ** -24,
      -0,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      Number.NaN,
      0.333251953125,
    ];
    expect([...readFloats(tensor('float16', codes))]).toEqual(values);
  });

  it('knows the corners of bfloat16', () => {
    const codes = Uint16Array.of(0x3f80, 0x7f80, 0x7fc0, 0x8000, 0x0001);
    expect([...readFloats(tensor('bfloat16', codes))]).toEqual([
      1,
      Number.POSITIVE_INFINITY,
      Number.NaN,
      -0,
      2 ** -133,
    ]);
  });

  it('has none for strings', () => {
    expect(() =>
      readFloats({ name: 's', dtype: 'string', dims: [0], data: { kind: 'memory', bytes: new Uint8Array(0) } }),
    ).toThrow(expect.objectContaining({ code: 'MODEL_UNSUPPORTED' }));
  });
});

describe('sizes', () => {
  it.each<[ElementType, number[], number]>([
    ['float32', [2, 3], 24],
    ['float32', [], 4],
    ['int4', [3], 2],
    ['uint2', [5], 2],
    ['bool', [0, 2 ** 40], 0],
    ['string', [2], Number.NaN],
    ['float32', [2 ** 51, 2], Number.NaN],
    ['float32', [-1, 4], Number.NaN],
    ['float32', [2 ** 32, 2 ** 32, 4], Number.NaN],
  ])('of %s %j are %d', (dtype, dims, bytes) => {
    expect(tensorBytes(dtype, dims)).toBe(bytes);
  });

  it('count elements', () => {
    expect(elementCount([])).toBe(1);
    expect(elementCount([0.5])).toBeNaN();
  });
});
