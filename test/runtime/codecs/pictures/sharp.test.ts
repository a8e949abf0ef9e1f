import sharp from 'sharp';
import { expect, test } from 'vitest';
import type { Coded } from '../../../../src/runtime/codecs/codec.js';
import { decodeTensorBytes, encodeTensorBytes } from '../../../../src/runtime/codecs/coding.js';

const wireOf = (shape: number[], encoding: string): Coded => ({
  name: 'x',
  shape,
  bits: 8,
  encoding,
  packedBytes: shape.reduce((a, b) => a * b),
});
const encodeImage = (codes: Uint8Array, shape: number[], encoding: string) =>
  encodeTensorBytes(wireOf(shape, encoding), codes);
const decodeImage = (content: Uint8Array, shape: number[], encoding: string) =>
  decodeTensorBytes(wireOf(shape, encoding), content);

const noise = (length: number) => Uint8Array.from({ length }, (_, i) => (i * i * 31 + i * 7) & 255);

test.each([
  [1, 16, 24],
  [1, 1, 16, 24],
  [3, 5, 7],
  [1, 3, 16, 24],
])('PNG keeps every code of %i x %i x %i', async (...dims) => {
  const shape = dims.filter((dim): dim is number => typeof dim === 'number');
  const codes = noise(shape.reduce((a, b) => a * b));
  const image = await encodeImage(codes, shape, 'png');
  expect([...(await decodeImage(image, shape, 'png'))]).toEqual([...codes]);
  // The rows and channels of the picture itself, as an independent reader sees them.
  const [channels, height, width] = shape.slice(-3);
  const { data, info } = await sharp(image).raw().toBuffer({ resolveWithObject: true });
  expect([info.width, info.height]).toEqual([width, height]);
  const at = (c: number, y: number, x: number) => data[(y * width + x) * info.channels + c];
  for (const [c, y, x] of [
    [0, 0, 1],
    [channels - 1, height - 1, 0],
    [channels - 1, 2, width - 1],
  ]) {
    // biome-ignore format: a table
    expect(at(c, y, x)).toBe(codes[(c * height + y) * width + x]);
  }
});

test('one channel is stored as one channel', async () => {
  const grey = await encodeImage(noise(384), [1, 16, 24], 'png');
  // Colour type 0 of the PNG header: greyscale.
  expect(grey[25]).toBe(0);
});

test.each(['jpeg', 'webp'])('quality is passed on to %s, and more of it loses less', async (format) => {
  // The same in each channel: colours are stored at half the resolution.
  const codes = Uint8Array.from({ length: 1152 }, (_, i) => 128 + 90 * Math.sin((i % 384) / 9) + ((i % 384) % 5));
  const shape = [3, 16, 24];
  const images = await Promise.all([10, 95].map((quality) => encodeImage(codes, shape, `${format}:${quality}`)));
  expect(images[0].length).toBeLessThan(images[1].length);
  const losses = await Promise.all(
    images.map(async (image, i) => {
      const arrived = await decodeImage(image, shape, `${format}:${[10, 95][i]}`);
      return arrived.reduce((sum, code, at) => sum + (code - codes[at]) ** 2, 0);
    }),
  );
  expect(losses[1]).toBeLessThan(losses[0]);
  const grey = await encodeImage(codes.subarray(0, 384), [1, 16, 24], `${format}:95`);
  expect((await decodeImage(grey, [1, 16, 24], `${format}:95`)).length).toBe(384);
  await expect(decodeImage(images[0], shape, 'png')).rejects.toThrow(/not a png image/);
});

test('images of another size, kind or format, and broken ones, are refused', async () => {
  const shape = [1, 3, 16, 24];
  const png = await encodeImage(noise(1152), shape, 'png');
  const refused = (content: Uint8Array, encoding: string, message: RegExp, of = shape) =>
    expect(decodeImage(content, of, encoding)).rejects.toMatchObject({
      status: 400,
      message: expect.stringMatching(message),
    });
  await refused(png, 'jpeg:90', /not a jpeg image/);
  await refused(
    new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" width="24" height="16"/>'),
    'png',
    /not a png image/,
  );
  await refused(new Uint8Array(), 'png', /not a png image/);
  await refused(png.subarray(0, png.length / 2), 'png', /broken/);
  await refused(png, 'png', /24x17/, [1, 3, 17, 24]);
  await refused(png, 'png', /broken or too large/, [1, 3, 4, 4]);
  const alpha = await sharp({ create: { width: 24, height: 16, channels: 4, background: '#12345678' } })
    .png()
    .toBuffer();
  await refused(alpha, 'png', /with 3 channels/);
});
