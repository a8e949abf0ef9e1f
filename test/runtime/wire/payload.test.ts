import fc from 'fast-check';
import { expect, it } from 'vitest';
import { packCodes } from '../../../src/runtime/wire/payload.js';

/** The bits of codes in their order, the least significant first, as bytes. */
function bitsOf(codes: readonly number[], bits: number): number[] {
  const stream = codes.flatMap((code) => Array.from({ length: bits }, (_, bit) => Math.floor(code / 2 ** bit) % 2));
  return Array.from({ length: Math.ceil(stream.length / 8) }, (_, byte) =>
    stream.slice(8 * byte, 8 * byte + 8).reduce((sum, value, bit) => sum + value * 2 ** bit, 0),
  );
}

const codes = fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 40 });

it('maps codes of 8 bits and packs what they become', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), codes, fc.integer({ min: 1, max: 255 }), (bits, given, factor) => {
      const map = Array.from({ length: 256 }, (_, code) => (code * factor) % 2 ** bits);
      const packed = packCodes(Uint8Array.from(given), bits, map);
      expect([...packed]).toEqual(
        bitsOf(
          given.map((code) => (code * factor) % 2 ** bits),
          bits,
        ),
      );
    }),
  );
});

it('packs codes that need no map, and leaves those of more than 8 bits as they are', () => {
  expect([...packCodes(Uint8Array.of(1, 2, 3), 2)]).toEqual(bitsOf([1, 2, 3], 2));
  expect([...packCodes(Uint16Array.of(0x0102, 0xfffe), 16)]).toEqual([0x02, 0x01, 0xfe, 0xff]);
});
