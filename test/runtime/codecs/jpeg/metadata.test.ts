import fc from 'fast-check';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { withoutMetadata } from '../../../../src/runtime/codecs/jpeg/metadata.js';

const raw = { width: 16, height: 16, channels: 3 } as const;
const picture = () =>
  sharp(
    Uint8Array.from({ length: 768 }, (_, i) => (37 * i) % 256),
    { raw },
  );

test('profile and Exif go, pixels stay', async () => {
  const plain = await picture().jpeg().toBuffer();
  const described = await picture()
    .withIccProfile('srgb')
    .withExif({ IFD0: { Copyright: 'somebody' } })
    .jpeg()
    .toBuffer();
  expect(described.length).toBeGreaterThan(plain.length + 400);
  const short = withoutMetadata(described);
  expect(short.length).toBe(plain.length);
  expect(await sharp(short).raw().toBuffer()).toEqual(await sharp(plain).raw().toBuffer());
});

test("Adobe's segment stays: it says what the colours are", async () => {
  const file = await picture().toColourspace('cmyk').jpeg().toBuffer();
  expect(file.includes('Adobe')).toBe(true);
  expect(Buffer.from(withoutMetadata(file)).includes('Adobe')).toBe(true);
});

test('what is no JPEG, or is cut off, does no harm', async () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      if (bytes[2] !== 0xff) expect(withoutMetadata(bytes)).toEqual(bytes);
      expect(withoutMetadata(Uint8Array.of(0xff, 0xd8, 0xff, ...bytes)).length).toBeLessThanOrEqual(bytes.length + 3);
    }),
  );
});
