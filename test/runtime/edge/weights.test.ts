import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packBits } from '../../../src/numerics/pack.js';
import { unpackWeights } from '../../../src/runtime/edge/weights.js';
import type { WeightPart } from '../../../src/runtime/spec.js';

const parts = fc.array(
  fc.constantFrom(2, 4, 6, 8, 'raw' as const).chain((bits) => {
    const top = bits === 'raw' ? 128 : 2 ** (bits - 1);
    return fc.record({
      bits: fc.constant(bits),
      codes: fc.array(fc.integer({ min: -top, max: top - 1 })),
      gap: fc.nat(3),
    });
  }),
);

test('every part comes back as int8 or as it is, at its place', () => {
  fc.assert(
    fc.property(parts, (list) => {
      const stored: number[] = [];
      const right: number[] = [];
      const table = list.map(({ bits, codes, gap }, i): WeightPart => {
        const bytes = packBits(Int8Array.from(codes), bits === 'raw' ? 8 : bits);
        right.push(...new Array<number>(gap).fill(0));
        const part = {
          name: `part ${i}`,
          bits,
          offset: stored.length,
          length: bytes.length,
          unpackedOffset: right.length,
          unpackedLength: codes.length,
        };
        stored.push(...bytes);
        right.push(...codes);
        return part;
      });
      // As a file is read: a Buffer, whose `slice` is not that of a typed array.
      expect([...new Int8Array(unpackWeights(Buffer.from(stored), table).buffer)]).toEqual(right);
    }),
  );
});

test('a file that does not fit its table is refused', () => {
  const part: WeightPart = { name: 'w', bits: 4, offset: 0, length: 2, unpackedOffset: 0, unpackedLength: 4 };
  expect(() => unpackWeights(new Uint8Array(1), [part])).toThrow(/end at byte 2, the file has 1/);
  expect(() => unpackWeights(new Uint8Array(9), [{ ...part, length: 3 }])).toThrow(/3 bytes stored where 2 belong/);
});
