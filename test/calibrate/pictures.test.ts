import sharp from 'sharp';
import { describe, expect, it, vi } from 'vitest';
import { pictureEncoder, pictureEncodings, sizesOfPictures } from '../../src/calibrate/pictures.js';
import { encodedSize } from '../../src/calibrate/sizes.js';
import { openSamples } from '../../src/samples/open.js';
import type { SampleSet } from '../../src/samples/types.js';
import { expectError, file, fixture, source } from '../samples/support.js';

const [WIDTH, HEIGHT] = [8, 6];
/** RGB, interleaved. */
const first = Uint8Array.from(fixture('picture'));
const second = first.map((value) => value & 0xf0);
const raw = (data: Uint8Array) => sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });

const CROSSING = { shape: [1, 3, HEIGHT, WIDTH], bits: 8, scale: [1], isPicture: true };
const ENCODINGS = ['png', 'jpeg:90', 'webp:80'];

async function openPictures(): Promise<SampleSet> {
  const files = [
    await file('pictures/a.png', await raw(first).png().toBuffer()),
    await file('pictures/b.png', await raw(second).png().toBuffer()),
  ];
  const input = { name: 'image', dtype: 'float32' as const, shape: CROSSING.shape };
  return openSamples(source('images', files, { mean: [5], std: [2] }), [input]);
}

function sizes(samples: SampleSet, options: { crossing?: typeof CROSSING; asked?: string[][] } = {}) {
  const { crossing = CROSSING, asked = [] } = options;
  const remember = <T>(names: readonly string[], compute: (missing: readonly string[]) => Promise<Map<string, T>>) => {
    asked.push([...names]);
    return compute(names);
  };
  const encode = pictureEncoder(samples);
  return sizesOfPictures('image', crossing, ENCODINGS, { samples, encode, remember, onProgress: () => {} });
}

describe('sizes of pictures', () => {
  it('are what an encoder gives, over all samples', async () => {
    const found = await sizes(await openPictures());
    const lengths = await Promise.all(
      [first, second].map(async (data) => (await raw(data).jpeg({ quality: 90 }).toBuffer()).length),
    );
    expect([...found.keys()]).toEqual(ENCODINGS);
    expect(found.get('jpeg:90')).toEqual(encodedSize(lengths));
    expect(found.get('png')?.mean).toBeGreaterThan(100);
  });

  it('take one decoding of each sample, however many encodings there are', async () => {
    const samples = await openPictures();
    const decode = vi.spyOn(samples.pictures ?? { decode: async () => ({}) }, 'decode');
    // The encoder alone decodes for each encoding; a room as that of a build keeps the codes.
    const { sampleRoom } = await import('../../src/samples/kept.js');
    await sizes(sampleRoom().keep(samples, source('images', [])));
    expect(decode).toHaveBeenCalledTimes(2);
  });

  it('are of the encodings that apply', async () => {
    const asked: string[][] = [];
    const grid = { ...CROSSING, shape: [1, HEIGHT, WIDTH, 3] };
    expect([...(await sizes(await openPictures(), { crossing: grid, asked })).keys()]).toEqual([]);
    expect(asked).toEqual([[]]);
  });
});

describe('a lossy picture', () => {
  it('is encoded once for its size and for what it loses, a lossless one is not held', async () => {
    const samples = await openPictures();
    const decode = vi.spyOn(samples.pictures ?? { decode: async () => ({}) }, 'decode');
    const encode = pictureEncoder(samples);
    const once = await encode(0, 'image', 'jpeg:90');
    expect((await encode(0, 'image', 'jpeg:90')).content).toBe(once.content);
    expect(decode).toHaveBeenCalledTimes(1);
    expect((await encode(0, 'image', 'jpeg:80')).content).not.toEqual(once.content);
    await encode(0, 'image', 'png');
    await encode(0, 'image', 'png');
    expect(decode).toHaveBeenCalledTimes(4);
  });
});

describe('input.encoding', () => {
  it('asks for pictures where samples are pictures', async () => {
    const samples = await openPictures();
    expect(pictureEncodings('auto', samples)).toEqual(['png', 'jpeg:95', 'jpeg:90', 'jpeg:80', 'webp:90', 'webp:80']);
    expect(pictureEncodings('auto', {})).toEqual([]);
    expect(pictureEncodings('jpeg:33', samples)).toEqual(['jpeg:33']);
    expect(pictureEncodings('raw', samples)).toEqual([]);
  });
  it('is refused where it is not known, or is of pictures and the samples are none', async () => {
    await expectError(async () => pictureEncodings('png', {}), 'CONFIG_INVALID', /png is for images/);
    for (const encoding of ['avif:50', 'jpeg', 'jpeg:0', 'jpeg:101', 'png:9', 'toString'])
      await expectError(async () => pictureEncodings(encoding, await openPictures()), 'CONFIG_INVALID', /is not known/);
  });
});
