import type { Coded, Crossing } from '../runtime/codecs/codec.js';
import { encodeTensorBytes } from '../runtime/codecs/coding.js';
import { CODECS, codecOf, findCodec } from '../runtime/codecs/index.js';
import type { SampleSet } from '../samples/open.js';
import { boundedMap } from '../util/bounded.js';
import { AutosplitError } from '../util/error.js';
import { type EncodedSize, type EncodedSizes, encodedSize } from './sizes.js';

/** Bytes of encoded pictures that are held between measuring their sizes and what they lose. */
const HELD_BYTES = 64 * 2 ** 20;

/** A sample of an input as a picture file: what codecs get, and what they give. */
export interface EncodedPicture {
  wire: Coded;
  content: Uint8Array;
}

/** Encodes the picture of a sample behind an input. */
export type EncodePicture = (sample: number, input: string, encoding: string) => Promise<EncodedPicture>;

/**
 * Encodes pictures just as edge sides on Node.js do. Files of lossy codecs are held: their sizes are measured first, and
 * then what the outputs lose by them.
 */
export function pictureEncoder({ pictures }: Pick<SampleSet, 'pictures'>): EncodePicture {
  const held = boundedMap<EncodedPicture>(HELD_BYTES, ({ content }) => content.length);
  return async (sample, input, encoding) => {
    const key = JSON.stringify([sample, input, encoding]);
    const known = held.get(key);
    if (known) return known;
    const picture = (await pictures?.decode(sample))?.[input];
    if (!picture) throw new Error(`sample ${sample} of input ${input} is no picture`);
    const { codes, shape } = picture;
    const wire: Coded = { name: input, shape: [...shape], bits: 8, encoding, packedBytes: codes.length };
    const encoded = { wire, content: await encodeTensorBytes(wire, codes) };
    if (codecOf(encoding).form.isLossy) held.set(key, encoded);
    return encoded;
  };
}

/** Gives values by name: those that were kept, and of the others what `compute` gives. */
export type Remember = <T>(
  names: readonly string[],
  compute: (missing: readonly string[]) => Promise<Map<string, T>>,
) => Promise<Map<string, T>>;

/**
 * Picture encodings that `input.encoding` asks for. Throws CONFIG_INVALID for a name that is not known, and for one of
 * pictures where the samples are none.
 */
export function pictureEncodings(encoding: string, { pictures }: Pick<SampleSet, 'pictures'>): string[] {
  const ofPictures = CODECS.filter(({ codes }) => codes === 'pictures');
  const offered = ofPictures.flatMap(({ offers }) => offers);
  if (encoding === 'auto') return pictures ? offered : [];
  const codec = findCodec(encoding);
  if (!codec)
    throw new AutosplitError('CONFIG_INVALID', `input.encoding ${encoding} is not known`, {
      hint: `use auto, raw or a format of pictures such as ${offered.join(', ')}`,
    });
  if (codec.codes !== 'pictures') return [];
  if (!pictures)
    throw new AutosplitError('CONFIG_INVALID', `input.encoding ${encoding} is for images, and the samples are none`, {
      hint: 'use `encoding: raw`',
    });
  return [encoding];
}

/** Sizes of an input in those of the encodings that apply to it, over all samples. Each sample is decoded once. */
export async function sizesOfPictures(
  input: string,
  crossing: Crossing,
  encodings: readonly string[],
  sources: PictureSources,
): Promise<EncodedSizes> {
  const { samples, encode, remember, onProgress } = sources;
  const applying = encodings.filter((encoding) => codecOf(encoding).applies(crossing));
  const rowOf = (encoding: string) => `picture ${input} ${encoding}`;
  const found = await remember(applying.map(rowOf), async (missing) => {
    const lengths = applying.map((encoding) => ({ encoding, row: rowOf(encoding), list: [] as number[] }));
    const wanted = lengths.filter(({ row }) => missing.includes(row));
    for (let sample = 0; sample < samples.count; sample++) {
      for (const { encoding, list } of wanted) list.push((await encode(sample, input, encoding)).content.length);
      onProgress(sample + 1, samples.count);
    }
    return new Map(wanted.map(({ row, list }): [string, EncodedSize] => [row, encodedSize(list)]));
  });
  return new Map(
    applying.flatMap((encoding) => {
      const size = found.get(rowOf(encoding));
      return size ? [[encoding, size] as const] : [];
    }),
  );
}

export interface PictureSources {
  samples: SampleSet;
  encode: EncodePicture;
  remember: Remember;
  onProgress: (done: number, of: number) => void;
}
