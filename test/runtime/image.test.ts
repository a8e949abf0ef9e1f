import sharp from 'sharp';
import { expect, test } from 'vitest';
import { decodeImage, encodeImage } from '../../src/runtime/image.js';

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
  expect([...(await decodeImage('x', image, shape, 'png'))]).toEqual([...codes]);
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

test('quality is passed on', async () => {
  const codes = noise(1152);
  const [low, high] = await Promise.all(['jpeg:10', 'jpeg:95'].map((encoding) => encodeImage(codes, [3, 16, 24], encoding)));
  expect(low.length).toBeLessThan(high.length / 2);
});

test('images of another size, kind or format, and broken ones, are refused', async () => {
  const shape = [1, 3, 16, 24];
  const png = await encodeImage(noise(1152), shape, 'png');
  const refused = (content: Uint8Array, encoding: string, message: RegExp, of = shape) =>
    expect(decodeImage('x', content, of, encoding)).rejects.toMatchObject({ status: 400, message: expect.stringMatching(message) });
  await refused(png, 'jpeg:90', /not a jpeg image/);
  await refused(new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" width="24" height="16"/>'), 'png', /not a png image/);
  await refused(new Uint8Array(), 'png', /not a png image/);
  await refused(png.subarray(0, png.length / 2), 'png', /broken/);
  await refused(png, 'png', /24x17/, [1, 3, 17, 24]);
  await refused(png, 'png', /broken or too large/, [1, 3, 4, 4]);
  const alpha = await sharp({ create: { width: 24, height: 16, channels: 4, background: '#12345678' } })
    .png()
    .toBuffer();
  await refused(alpha, 'png', /with 3 channels/);
});
