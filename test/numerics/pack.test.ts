import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packBits, packedLength, unpackBits, unpackSignedBits } from '../../src/numerics/pack.js';

/** The stream as one big number: code i is worth 2^(i*bits). */
function packNaively(codes: readonly number[], bits: number): number[] {
  let stream = codes.reduce((sum, code, i) => sum + (BigInt.asUintN(bits, BigInt(code)) << BigInt(i * bits)), 0n);
  return Array.from({ length: Math.ceil((codes.length * bits) / 8) }, () => {
    const byte = Number(stream & 255n);
    stream >>= 8n;
    return byte;
  });
}

const unsigned = fc
  .integer({ min: 1, max: 8 })
  .chain((bits) => fc.tuple(fc.constant(bits), fc.array(fc.integer({ min: 0, max: 2 ** bits - 1 }))));
const signed = fc
  .integer({ min: 2, max: 8 })
  .chain((bits) =>
    fc.tuple(fc.constant(bits), fc.array(fc.integer({ min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 }))),
  );

test('packing equals the big number it stands for, and unpacking undoes it', () => {
  fc.assert(
    fc.property(unsigned, ([bits, codes]) => {
      const packed = packBits(Uint8Array.from(codes), bits);
      expect([...packed]).toEqual(packNaively(codes, bits));
      expect(packed).toHaveLength(packedLength(codes.length, bits));
      expect([...unpackBits(packed, codes.length, bits)]).toEqual(codes);
    }),
  );
});

test('two’s complement codes keep their sign', () => {
  fc.assert(
    fc.property(signed, ([bits, codes]) => {
      const packed = packBits(Int8Array.from(codes), bits);
      expect([...packed]).toEqual(packNaively(codes, bits));
      expect([...unpackSignedBits(packed, codes.length, bits)]).toEqual(codes);
    }),
  );
});

test('views into larger buffers are read where they begin', () => {
  const buffer = Uint8Array.of(9, 9, 1, 2, 3, 9).buffer;
  expect([...packBits(new Uint8Array(buffer, 2, 3), 8)]).toEqual([1, 2, 3]);
  expect([...unpackBits(new Uint8Array(buffer, 2, 3), 3, 8)]).toEqual([1, 2, 3]);
  expect([...unpackSignedBits(Buffer.from(buffer, 2, 3), 3, 8)]).toEqual([1, 2, 3]);
});
