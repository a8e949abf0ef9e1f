import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packedLength } from '../../../../src/numerics/pack.js';
import { ONE, SQUASH, STRETCH } from '../../../../src/runtime/codecs/arithmetic/probability.js';
import { decodeCodes, encodeCodes, type Planes } from '../../../../src/runtime/codecs/arithmetic/stream.js';
import { deflateBytes } from '../../../../src/runtime/codecs/deflate/gzip.js';

const planes: fc.Arbitrary<Planes> = fc
  .record({ channels: fc.nat(5), height: fc.nat(6), width: fc.nat(7), bits: fc.integer({ min: 1, max: 8 }) })
  .chain((shape) => fc.integer({ min: 0, max: 2 ** shape.bits - 1 }).map((zero) => ({ ...shape, zero })));

const count = ({ channels, height, width }: Planes) => channels * height * width;

const withCodes = planes.chain((shape) =>
  fc
    .array(fc.integer({ min: 0, max: 2 ** shape.bits - 1 }), { minLength: count(shape), maxLength: count(shape) })
    .map((codes) => ({ shape, codes: Uint8Array.from(codes) })),
);

/** A smooth map with much of the zero code and some noise, as activations are. */
function featureMap({ channels, height, width, bits, zero }: Planes): Uint8Array {
  const codes = new Uint8Array(channels * height * width);
  let state = 12345;
  for (let i = 0; i < codes.length; i++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    const [channel, y, x] = [Math.floor(i / (height * width)), Math.floor(i / width) % height, i % width];
    const wave = Math.sin(x / 3 + channel) * Math.cos(y / 4 - channel) * 2 ** (bits - 1);
    codes[i] = Math.max(0, Math.min(2 ** bits - 1, Math.round(zero + Math.max(0, wave) + (state >>> 31))));
  }
  return codes;
}

test('what is encoded is decoded, whatever the shape and the codes', () => {
  fc.assert(
    fc.property(withCodes, ({ shape, codes }) => {
      const before = [...codes];
      const bytes = encodeCodes(codes, shape);
      expect([...codes]).toEqual(before);
      expect([...(decodeCodes(bytes, shape) ?? [])]).toEqual(before);
    }),
    { numRuns: 400 },
  );
});

test('any bytes are decoded to codes in range or refused, and a stream with a byte more or less is refused or another', () => {
  fc.assert(
    fc.property(planes, fc.uint8Array({ maxLength: 60 }), (shape, bytes) => {
      const codes = decodeCodes(bytes, shape);
      if (codes === undefined) return;
      expect(codes.length).toBe(count(shape));
      expect(codes.every((code) => code < 2 ** shape.bits)).toBe(true);
    }),
    { numRuns: 400 },
  );
  fc.assert(
    fc.property(withCodes, fc.nat(255), ({ shape, codes }, byte) => {
      const bytes = encodeCodes(codes, shape);
      // One that is whole by chance is another one.
      for (const other of [Uint8Array.of(...bytes, byte), bytes.subarray(0, -1)]) {
        const decoded = decodeCodes(other, shape);
        if (decoded && codes.length > 0) expect([...decoded]).not.toEqual([...codes]);
      }
    }),
  );
});

test('many channels share statistics without a change of the result', () => {
  const shape = { channels: 9000, height: 1, width: 2, bits: 2, zero: 1 };
  const codes = Uint8Array.from({ length: 18_000 }, (_, i) => (i * 7) % 4);
  expect(decodeCodes(encodeCodes(codes, shape), shape)).toEqual(codes);
});

test('a feature map takes less than deflate makes of it, at every bit-width', () => {
  for (const bits of [2, 3, 4, 5, 6, 8]) {
    const shape = { channels: 16, height: 20, width: 20, bits, zero: bits > 3 ? 3 : 0 };
    const codes = featureMap(shape);
    const size = encodeCodes(codes, shape).length;
    expect(size).toBeLessThan(deflateBytes(codes).length);
    expect(size).toBeLessThan(packedLength(codes.length, bits) * 0.8);
  }
});

test('the worst codes take hardly more than their bits', () => {
  const codes = Uint8Array.from({ length: 20_000 }, (_, i) => Math.imul(i ^ 0x5bd1e995, 0x27d4eb2f) >>> 24);
  const size = encodeCodes(codes, { channels: 2, height: 100, width: 100, bits: 8, zero: 0 }).length;
  expect(size).toBeLessThan(codes.length * 1.1);
});

test('the bytes are these, on every machine', () => {
  const shape = { channels: 3, height: 4, width: 4, bits: 3, zero: 2 };
  expect(Buffer.from(encodeCodes(featureMap(shape), shape)).toString('hex')).toBe('42be845246f7f9b84f3de06f907d68');
});

test('tables do not hang on the last bit of a logarithm or an exponential', () => {
  const fraction = (value: number) => Math.abs((((value % 1) + 1) % 1) - 0.5);
  for (let at = 0; at < ONE; at++) {
    const squashed = ONE / (1 + Math.exp((2048 - at) / 256));
    const stretched = 256 * Math.log((at + 0.5) / (ONE - 0.5 - at));
    expect(Math.min(fraction(squashed), fraction(stretched))).toBeGreaterThan(1e-7);
  }
  expect(SQUASH[2048]).toBe(2048);
  expect([SQUASH[0], SQUASH[4095]]).toEqual([1, 4095]);
  // Each is the inverse of the other, within the steps of both.
  for (let p = 1; p < ONE; p++) expect(Math.abs(SQUASH[STRETCH[p] + 2048] - p)).toBeLessThanOrEqual(8);
});
