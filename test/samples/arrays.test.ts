import path from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { numberToFloat16 } from '../../src/numerics/float16.js';
import { relativeNames } from '../../src/samples/names.js';
import { openSamples } from '../../src/samples/open.js';
import type { InputFact } from '../../src/samples/types.js';
import { noShared, shared } from '../shared.js';
import { unless } from '../skips/unless.js';
import { expectError, file, fixture, source } from './support.js';

const input = (dtype: InputFact['dtype'], shape: number[], name = 'x'): InputFact => ({ name, dtype, shape });

async function open(name: string, bytes: Uint8Array, inputs: InputFact[], limit?: number) {
  return openSamples(source('inputs', [await file(name, bytes)], {}, limit), inputs);
}

describe('.npy files that numpy wrote', () => {
  const integers = [1, 8, 15, 22, 29, 36];
  const floats = [1.5, -2, 3, 0, 0.25, 65504];
  it.each(['|i1', '<i2', '<i4', '<i8', '|u1', '<u2', '>u2', '<u8'] as const)('%s as float32', async (type) => {
    const set = await open('integers.npy', fixture(`npy ${type}`), [input('float32', [2, 3])]);
    expect((await set.load(0)).x).toEqual({ dtype: 'float32', shape: [2, 3], data: Float32Array.from(integers) });
  });
  it.each(['<f2', '<f4', '<f8', '>f4'] as const)('%s as float32 and float64', async (type) => {
    const set = await open('floats.npy', fixture(`npy ${type}`), [input('float32', [2, 3])]);
    expect((await set.load(0)).x.data).toEqual(Float32Array.from(floats));
    const wide = await open('floats.npy', fixture(`npy ${type}`), [input('float64', [1, 2, 3])]);
    expect((await wide.load(0)).x).toEqual({ dtype: 'float64', shape: [1, 2, 3], data: Float64Array.from(floats) });
  });
  it('integers as the integers of the network', async () => {
    const set = await open('integers.npy', fixture('npy <i4'), [input('int64', [2, 3])]);
    expect((await set.load(0)).x.data).toEqual(BigInt64Array.from(integers.map(BigInt)));
    const same = await open('integers.npy', fixture('npy <i8'), [input('int64', [2, 3])]);
    expect((await same.load(0)).x.data).toEqual(BigInt64Array.from(integers.map(BigInt)));
    const bools = await open('bools.npy', fixture('npy bool'), [input('bool', [2, 3])]);
    expect((await bools.load(0)).x.data).toEqual(Uint8Array.of(1, 0, 1, 0, 0, 1));
  });
  it('as float16, in bit patterns', async () => {
    const set = await open('floats.npy', fixture('npy <f4'), [input('float16', [2, 3])]);
    expect((await set.load(0)).x.data).toEqual(Uint16Array.from(floats, numberToFloat16));
  });
  it('of header versions 2 and 3', async () => {
    for (const version of ['version 2', 'version 3'] as const) {
      const set = await open('version.npy', fixture(version), [input('float32', [1, 2, 3])]);
      expect((await set.load(0)).x.data).toEqual(Float32Array.of(0, 1, 2, 3, 4, 5));
    }
  });
  it('in Fortran order, whole and as a stack', async () => {
    const whole = await open('fortran.npy', fixture('fortran'), [input('float32', [2, 3, 4])]);
    expect((await whole.load(0)).x.data).toEqual(Float32Array.from({ length: 24 }, (_, i) => i));
    const stack = await open('fortran.npy', fixture('fortran'), [input('float32', [1, 3, 4])]);
    expect(stack.count).toBe(2);
    expect((await stack.load(1)).x.data).toEqual(Float32Array.from({ length: 12 }, (_, i) => 12 + i));
  });
  it('of rank 0', async () => {
    const set = await open('scalar.npy', fixture('scalar'), [input('float32', [])]);
    expect((await set.load(0)).x).toEqual({ dtype: 'float32', shape: [], data: Float32Array.of(3) });
  });
});

describe('stacks', () => {
  it('are cut along the first axis, the batch dimension written or not', async () => {
    const set = await open('stack.npz', fixture('npz compressed'), [input('float32', [1, 4], 'named otherwise')]);
    expect(set.names.slice(0, 2)).toEqual(['stack.npz#0', 'stack.npz#1']);
    expect((await set.load(3))['named otherwise']).toEqual({
      dtype: 'float32',
      shape: [1, 4],
      data: Float32Array.of(12, 13, 14, 15),
    });
    const kept = await open('kept.npz', fixture('npz'), [input('int64', [1], 'b/c')]);
    expect(kept.names).toEqual(['kept.npz#0', 'kept.npz#1']);
    expect((await kept.load(1))['b/c']).toEqual({ dtype: 'int64', shape: [1], data: BigInt64Array.of(8n) });
  });
  it('give samples spread over all of it', async () => {
    const set = await open('stack.npz', fixture('npz compressed'), [input('float32', [1, 4])], 4);
    expect(set.names).toEqual(['stack.npz#0', 'stack.npz#2', 'stack.npz#5', 'stack.npz#7']);
    expect(set.available).toHaveLength(10);
    expect((await set.load(2)).x.data[0]).toBe(20);
  });
  it('feed several inputs', async () => {
    const set = await open('two.npz', fixture('npz'), [input('float32', [3], 'a'), input('int64', [1, 1], 'b/c')]);
    expect(set.count).toBe(2);
    expect(await set.load(1)).toEqual({
      a: { dtype: 'float32', shape: [3], data: Float32Array.of(3, 4, 5) },
      'b/c': { dtype: 'int64', shape: [1, 1], data: BigInt64Array.of(8n) },
    });
  });
  it('read the shared keyword set as the reference does', unless(noShared), async () => {
    const set = await openSamples(source('inputs', [path.join(shared ?? '', 'data/kws/kws.npz')]), [
      input('float32', [1, 1, 49, 10]),
    ]);
    expect([set.count, set.names[499]]).toEqual([500, 'kws.npz#499']);
    expect(set.source.x).toEqual({ bits: 32 });
    expect((await set.load(499)).x.data).toHaveLength(490);
  });
});

describe('native encoding', () => {
  it.each([
    ['npy |u1', 'float32', { bits: 8, scale: [1], zeroPoint: [0] }],
    ['npy |i1', 'float32', { bits: 8, scale: [1], zeroPoint: [128] }],
    ['npy <i2', 'float32', { bits: 16, scale: [1], zeroPoint: [32768] }],
    ['npy <f2', 'float32', { bits: 16 }],
    ['npy <f8', 'float32', { bits: 32 }],
    ['npy <i8', 'int64', { bits: 64 }],
  ] as const)('of %s for %s', async (name, dtype, expected) => {
    const set = await open('native.npy', fixture(name), [input(dtype, [2, 3])]);
    expect(set.source.x).toEqual(expected);
  });
});

describe('broken arrays', () => {
  const float = fixture('npy <f4');
  it.each([
    ['truncated elements', float.subarray(0, -1), /truncated/],
    ['truncated header', float.subarray(0, 40), /truncated/],
    ['empty file', new Uint8Array(0), /not a \.npy file/],
    ['trailing bytes', Buffer.concat([float, Buffer.of(0)]), /1 bytes behind/],
    ['text', fixture('text'), /type <U1/],
    ['objects', fixture('object'), /type \|O/],
    ['records', fixture('record'), /structured/],
    [
      'an absurd shape',
      Buffer.from(float.toString('latin1').replace('(2, 3)', `(${'9'.repeat(18)}, 9)`), 'latin1'),
      /absurd|cannot be read|truncated/,
    ],
  ])('%s', async (_, bytes, message) => {
    const error = await expectError(
      () => open('broken.npy', bytes, [input('float32', [2, 3])]),
      'SAMPLES_INVALID',
      message,
    );
    expect(error.message).toContain('broken.npy');
    expect(error.location?.file).toMatch(/broken\.npy$/);
  });
  it('refuses any prefix of a file', async () => {
    const bytes = fixture('npz compressed');
    for (let length = 0; length < bytes.length; length += 5) {
      await expectError(
        () => open('prefix.npz', bytes.subarray(0, length), [input('float32', [1, 4])]),
        'SAMPLES_INVALID',
        /prefix\.npz/,
      );
    }
  });
  it('refuses an archive that claims more than it can hold', async () => {
    const bytes = fixture('npz compressed');
    const directory = bytes.lastIndexOf(Buffer.from('PK\x01\x02', 'latin1'));
    bytes.writeUInt32LE(0x7ffffff0, directory + 24);
    await expectError(() => open('bomb.npz', bytes, [input('float32', [1, 4])]), 'SAMPLES_INVALID', /claims/);
  });
  it('refuses an archive without arrays', async () => {
    const bytes = zipSync({ 'readme.txt': strToU8('nothing') });
    await expectError(() => open('text.npz', bytes, [input('float32', [1, 4])]), 'SAMPLES_INVALID', /without arrays/);
  });
  it('refuses another shape, naming both', async () => {
    await expectError(
      () => open('shape.npy', float, [input('float32', [3, 2])]),
      'SAMPLES_INVALID',
      /shape \[2, 3\] .*\[3, 2\]/,
    );
  });
  it('names file and position of NaN and infinity', async () => {
    const bytes = Buffer.from(float);
    bytes.writeFloatLE(Number.NaN, bytes.length - 8);
    const set = await open('nan.npy', bytes, [input('float32', [2, 3])]);
    await expectError(() => set.load(0), 'SAMPLES_INVALID', /nan\.npy.*NaN.*\[1, 1\]/);
    const half = Buffer.from(fixture('npy <f2'));
    half.writeUInt16LE(0xfc00, half.length - 12);
    const infinite = await open('inf.npy', half, [input('float16', [2, 3])]);
    await expectError(() => infinite.load(0), 'SAMPLES_INVALID', /-Infinity.*\[0, 0\]/);
  });
  it('refuses values that the type of the input cannot hold', async () => {
    const int8 = await open('wide.npy', fixture('npy <f4'), [input('int8', [2, 3])]);
    await expectError(() => int8.load(0), 'SAMPLES_INVALID', /float32 values .* int8/);
    const stored = Buffer.from(fixture('npy <i2'));
    stored.writeInt16LE(300, stored.length - 2);
    const narrow = await open('narrow.npy', stored, [input('uint8', [2, 3])]);
    await expectError(() => narrow.load(0), 'SAMPLES_INVALID', /300, which does not fit uint8, at \[1, 2\]/);
    const double = Buffer.from(fixture('npy <f8'));
    double.writeDoubleLE(1e300, double.length - 8);
    const huge = await open('huge.npy', double, [input('float32', [2, 3])]);
    await expectError(() => huge.load(0), 'SAMPLES_INVALID', /too large for float32/);
  });
  it('asks for .npz where there are several inputs, and for all of them', async () => {
    const two = [input('float32', [2, 3], 'a'), input('float32', [2, 3], 'z')];
    await expectError(() => open('one.npy', float, two), 'SAMPLES_INVALID', /2 inputs|"a"/);
    await expectError(() => open('missing.npz', fixture('npz'), two), 'SAMPLES_INVALID', /"z".*"a", "b\/c", "label"/);
    const uneven = [input('float32', [2, 3], 'a'), input('int64', [1, 1], 'b/c')];
    await expectError(() => open('uneven.npz', fixture('npz'), uneven), 'SAMPLES_INVALID', /disagree/);
  });
});

describe('openSamples', () => {
  it('wants files, fixed shapes and numeric inputs', async () => {
    await expectError(() => openSamples(source('inputs', []), []), 'SAMPLES_NOT_FOUND', /no file/);
    const npy = await file('ok.npy', fixture('npy <f4'));
    await expectError(
      () => openSamples(source('inputs', [npy]), [{ name: 'x', dtype: 'float32', shape: ['N', 3] }]),
      'SHAPE_UNKNOWN',
      /\[N, 3\]/,
    );
    await expectError(
      () => openSamples(source('inputs', [npy]), [{ name: 'x', dtype: 'string', shape: [2, 3] }]),
      'SAMPLES_INVALID',
      /string/,
    );
    await expectError(
      () => openSamples(source('inputs', ['/nowhere/a.npy']), [input('float32', [2, 3])]),
      'SAMPLES_INVALID',
      /cannot be read/,
    );
  });
  it('names samples relative to the folder of all', () => {
    expect(relativeNames(['/d/a/1.png', '/d/b/1.png'])).toEqual(['a/1.png', 'b/1.png']);
    expect(relativeNames(['/d/a/1.png', '/d/ab/1.png'])).toEqual(['a/1.png', 'ab/1.png']);
    expect(relativeNames(['/d/a/1.png'])).toEqual(['1.png']);
    expect(relativeNames(['/1.png', '/d/1.png'])).toEqual(['1.png', 'd/1.png']);
  });
});
