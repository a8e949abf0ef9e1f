import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { openSamples } from '../../src/samples/open.js';
import type { InputFact, Preprocess } from '../../src/samples/types.js';
import { expectError, file, fixture, source } from './support.js';

const WIDTH = 8;
const HEIGHT = 6;
/** RGB, interleaved. */
const pixels = fixture('picture');
const pixel = (x: number, y: number, channel: number) => pixels[(y * WIDTH + x) * 3 + channel];

const raw = (data: Uint8Array, width = WIDTH, height = HEIGHT, channels: 1 | 2 | 3 | 4 = 3) =>
  sharp(data, { raw: { width, height, channels } });
const png = (data: Uint8Array = pixels) => raw(data).png().toBuffer();

const input = (shape: number[], dtype: InputFact['dtype'] = 'float32'): InputFact => ({ name: 'image', dtype, shape });

async function open(
  bytes: Uint8Array,
  preprocess: Partial<Preprocess>,
  shape: number[],
  dtype: InputFact['dtype'] = 'float32',
) {
  return openSamples(source('images', [await file('picture.png', bytes)], preprocess), [input(shape, dtype)]);
}

/** Interleaved 8-bit pixels after preprocessing. */
async function prepared(
  bytes: Uint8Array,
  preprocess: Partial<Preprocess>,
  width: number,
  height: number,
  channels = 3,
): Promise<number[]> {
  const set = await open(bytes, { ...preprocess, layout: 'nhwc' }, [1, height, width, channels]);
  return Array.from((await set.load(0)).image.data, Number);
}

describe('pixels', () => {
  it('become planes, normalised per channel', async () => {
    const mean = [123.675, 116.28, 103.53];
    const std = [58.395, 57.12, 57.375];
    const set = await open(await png(), { mean, std }, [1, 3, HEIGHT, WIDTH]);
    const { image } = await set.load(0);
    expect([image.dtype, image.shape]).toEqual(['float32', [1, 3, HEIGHT, WIDTH]]);
    for (let c = 0; c < 3; c++)
      for (let y = 0; y < HEIGHT; y++)
        for (let x = 0; x < WIDTH; x++)
          expect(image.data[(c * HEIGHT + y) * WIDTH + x]).toBeCloseTo((pixel(x, y, c) - mean[c]) / std[c], 5);
  });
  it('are sent losslessly as the codes of the native encoding', async () => {
    for (const layout of ['nchw', 'nhwc'] as const) {
      const shape = layout === 'nchw' ? [1, 3, HEIGHT, WIDTH] : [1, HEIGHT, WIDTH, 3];
      const set = await open(await png(), { mean: [1.1, 2.2, 3.3], std: [3, 5, 7], channels: 'bgr', layout }, shape);
      const { bits, scale = [], zeroPoint = [], axis = -1 } = set.source.image;
      expect([bits, axis]).toEqual([8, layout === 'nchw' ? 1 : 3]);
      const { codes } = (await set.pictures?.decode(0))?.image ?? { codes: new Uint8Array() };
      const values = (await set.load(0)).image.data;
      // Channel by channel, in float32 as the head of the cloud model computes.
      for (let c = 0; c < 3; c++)
        for (let i = 0; i < WIDTH * HEIGHT; i++) {
          const code = codes[c * WIDTH * HEIGHT + i];
          const value = values[layout === 'nchw' ? c * WIDTH * HEIGHT + i : i * 3 + c];
          expect(code).toBe(pixels[i * 3 + 2 - c]);
          expect(value).toBe(Math.fround(Math.fround(code - Math.fround(zeroPoint[c])) * Math.fround(scale[c])));
        }
    }
  });
  it('are one scale where all channels agree', async () => {
    const set = await open(await png(), { mean: [127.5, 127.5, 127.5], std: [128, 128, 128] }, [3, HEIGHT, WIDTH]);
    expect(set.source.image).toEqual({ bits: 8, scale: [1 / 128], zeroPoint: [127.5] });
  });
  it('fill integer and half inputs', async () => {
    const bytes = await png();
    const whole = await open(bytes, { layout: 'nhwc' }, [1, HEIGHT, WIDTH, 3], 'uint8');
    expect((await whole.load(0)).image.data).toEqual(Uint8Array.from(pixels));
    expect(whole.source.image).toEqual({ bits: 8 });
    const signed = await open(bytes, { layout: 'nhwc', mean: [128], std: [1] }, [1, HEIGHT, WIDTH, 3], 'int8');
    expect((await signed.load(0)).image.data).toEqual(Int8Array.from(pixels, (value) => value - 128));
    const half = await open(bytes, { layout: 'nhwc', mean: [0], std: [255] }, [1, HEIGHT, WIDTH, 3], 'float16');
    expect((await half.load(0)).image.data).toBeInstanceOf(Uint16Array);
    await expectError(
      () => open(bytes, { mean: [0], std: [255] }, [1, 3, HEIGHT, WIDTH], 'uint8'),
      'SAMPLES_INVALID',
      /uint8/,
    );
  });
  it('turn grey as in Pillow, and grey pictures turn to colour', async () => {
    const grey = await prepared(await png(), { channels: 'grey', mean: [0], std: [1] }, WIDTH, HEIGHT, 1);
    expect(grey).toEqual([...fixture('picture grey')]);
    const flat = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => i * 5);
    const stored = await raw(flat, WIDTH, HEIGHT, 1).toColourspace('b-w').png().toBuffer();
    expect(await prepared(stored, { channels: 'grey', mean: [0], std: [1] }, WIDTH, HEIGHT, 1)).toEqual([...flat]);
    expect(await prepared(stored, {}, WIDTH, HEIGHT)).toEqual([...flat].flatMap((value) => [value, value, value]));
  });
  it('are turned upright by the EXIF tag', async () => {
    const turned = await raw(pixels).withMetadata({ orientation: 6 }).png().toBuffer();
    const upright = await prepared(turned, {}, HEIGHT, WIDTH);
    // Orientation 6: the stored row 0 is the right-hand column.
    expect(upright.slice(0, 3)).toEqual([pixel(0, HEIGHT - 1, 0), pixel(0, HEIGHT - 1, 1), pixel(0, HEIGHT - 1, 2)]);
    expect(upright.slice((HEIGHT - 1) * 3, HEIGHT * 3)).toEqual([pixel(0, 0, 0), pixel(0, 0, 1), pixel(0, 0, 2)]);
    const short = await prepared(turned, { resize: HEIGHT }, HEIGHT, WIDTH);
    expect(short).toEqual(upright);
  });
  it('with alpha are laid on black', async () => {
    const bytes = await raw(Uint8Array.of(200, 100, 50, 128, 10, 20, 30, 0), 2, 1, 4)
      .png()
      .toBuffer();
    expect(await prepared(bytes, {}, 2, 1)).toEqual([100, 50, 25, 0, 0, 0]);
  });
  it('of 16 bits are reduced to 8', async () => {
    const bytes = await raw(pixels).toColourspace('rgb16').png().toBuffer();
    expect((await sharp(bytes).metadata()).depth).toBe('ushort');
    expect(await prepared(bytes, {}, WIDTH, HEIGHT)).toEqual([...pixels]);
  });
});

describe('geometry', () => {
  it.each(['4x3', '5x2', '3x6', '16x12', '11x4'] as const)('resize to %s as Pillow does', async (size) => {
    const [width, height] = size.split('x').map(Number);
    const expected = fixture(`picture ${size}`);
    const actual = await prepared(await png(), { resize: [width, height] }, width, height);
    // Pillow rounds its weights to 22 bits.
    expect(Math.max(...actual.map((value, i) => Math.abs(value - expected[i])))).toBeLessThanOrEqual(1);
  });
  it('crops the centre', async () => {
    const actual = await prepared(await png(), { crop: [3, 3] }, 3, 3);
    const [left, top] = [2, 1];
    expect(actual).toEqual(
      Array.from({ length: 27 }, (_, i) => pixel(left + (Math.floor(i / 3) % 3), top + Math.floor(i / 9), i % 3)),
    );
  });
  it('scales the short side, then crops', async () => {
    const bytes = await png();
    const whole = await prepared(bytes, { resize: 3 }, 4, 3);
    expect(whole).toEqual(await prepared(bytes, { resize: [4, 3] }, 4, 3));
    const cropped = await prepared(bytes, { resize: 3, crop: [2, 3] }, 2, 3);
    expect(cropped).toEqual([0, 1, 2].flatMap((row) => whole.slice(row * 12 + 3, row * 12 + 9)));
  });
  it('fits: cover cuts, contain pads with black, fill stretches', async () => {
    const red = await sharp({ create: { width: 8, height: 4, channels: 3, background: { r: 200, g: 10, b: 10 } } })
      .png()
      .toBuffer();
    const contain = await prepared(red, { resize: [4, 4], fit: 'contain' }, 4, 4);
    expect([contain.slice(0, 3), contain.slice(12, 15)]).toEqual([
      [0, 0, 0],
      [200, 10, 10],
    ]);
    for (const fit of ['cover', 'fill'] as const)
      expect(new Set(await prepared(red, { resize: [4, 4], fit }, 4, 4))).toEqual(new Set([200, 10]));
  });
});

describe('what is refused', () => {
  it('a size that the network does not take, with the way out', async () => {
    const bytes = await png();
    const first = async (preprocess: Partial<Preprocess>, shape: number[]) =>
      (await open(bytes, preprocess, shape)).load(0);
    const size = await expectError(
      () => first({}, [1, 3, 24, 94]),
      'SAMPLES_INVALID',
      /picture\.png.*\[1, 3, 6, 8\].*\[1, 3, 24, 94\]/,
    );
    expect(size.hint).toContain('[94, 24]');
    const layout = await expectError(() => first({}, [1, HEIGHT, WIDTH, 3]), 'SAMPLES_INVALID', /takes/);
    expect(layout.hint).toContain('nhwc');
    const colour = await expectError(() => first({}, [1, 1, HEIGHT, WIDTH]), 'SAMPLES_INVALID', /takes/);
    expect(colour.hint).toContain('grey');
    await expectError(() => first({ crop: [9, 3] }, [1, 3, 3, 9]), 'SAMPLES_INVALID', /crop 9x3 from 8x6/);
  });
  it('broken, truncated and animated files', async () => {
    const shape = [1, 3, HEIGHT, WIDTH];
    const good = await png();
    const jpeg = await raw(pixels).jpeg().toBuffer();
    for (const bytes of [
      Buffer.from('no image'),
      new Uint8Array(0),
      good.subarray(0, good.length / 2),
      jpeg.subarray(0, jpeg.length - 20),
    ]) {
      await expectError(
        async () => (await open(bytes, {}, shape)).load(0),
        'SAMPLES_INVALID',
        /picture\.png: cannot be decoded/,
      );
    }
    const frames = await sharp(
      [
        await sharp(good).toBuffer(),
        await sharp(Buffer.from(await png(pixels.map((value) => 255 - value)))).toBuffer(),
      ],
      { join: { animated: true } },
    )
      .gif()
      .toBuffer();
    await expectError(async () => (await open(frames, {}, shape)).load(0), 'SAMPLES_INVALID', /2 frames/);
  });
  it('networks with several inputs, and statistics of another number of channels', async () => {
    const picture = await file('picture.png', await png());
    await expectError(
      () => openSamples(source('images', [picture]), [input([1, 3, 6, 8]), input([1])]),
      'SAMPLES_INVALID',
      /2/,
    );
    await expectError(
      () => openSamples(source('images', [picture], { mean: [1, 2] }), [input([1, 3, 6, 8])]),
      'CONFIG_INVALID',
      /mean has 2 values/,
    );
  });
});
