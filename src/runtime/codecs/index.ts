/**
 * Codecs of crossing tensors, a folder each behind the interface of codec.ts. This file lists them for planning; what
 * bundles ship of them is in encoders.ts, page-encoders.ts and decoders.ts. pictures/ is what codecs of pictures share.
 */

import { arithmetic } from './arithmetic/index.js';
import { brotli } from './brotli/index.js';
import { type Codec, type Coded, type Crossing, entryOf, type Platform } from './codec.js';
import { deflate } from './deflate/index.js';
import { jpeg } from './jpeg/index.js';
import { png } from './png/index.js';
import { raw } from './raw/index.js';
import { webp } from './webp/index.js';

/** All codecs, in the order in which planning tries them. */
export const CODECS: readonly Codec[] = [raw, deflate, brotli, arithmetic, png, jpeg, webp];

const BY_NAME: Readonly<Record<string, Codec>> = Object.fromEntries(CODECS.map((codec) => [codec.name, codec]));

/** The codec of an encoding such as `deflate` or `jpeg:90`; undefined where there is none. */
export const findCodec = (encoding: string): Codec | undefined => entryOf(BY_NAME, encoding);

/** The codec of an encoding. Throws RangeError where there is none: an unknown encoding is neither free nor raw. */
export function codecOf(encoding: string): Codec {
  const codec = findCodec(encoding);
  if (codec) return codec;
  throw new RangeError(`the encoding ${encoding || '""'} is not known; known are ${namesOf(CODECS).join(', ')}`);
}

/** Names of codecs that targets may have beside `raw`, which all have. */
export const codedNames = (platform?: Platform): string[] =>
  namesOf(CODECS).filter(
    (name) => name !== raw.name && (platform === undefined || BY_NAME[name].encodesIn.includes(platform)),
  );

const namesOf = (codecs: readonly Codec[]) => codecs.map(({ name }) => name);

/** Codecs that are worth trying for a tensor. */
export const codecsFor = (crossing: Crossing): Codec[] => CODECS.filter((codec) => codec.applies(crossing));

/** Packages that a side on Node.js needs for these encodings. */
export const packagesFor = (wires: readonly Pick<Coded, 'encoding'>[]): string[] => [
  ...new Set(wires.flatMap(({ encoding }) => codecOf(encoding).packages)),
];

/** Length of the bytes of a tensor in each of the encodings, as they travel. */
export async function codedLengths(
  wire: Omit<Coded, 'encoding'>,
  bytes: Uint8Array,
  encodings: readonly string[],
): Promise<[encoding: string, length: number][]> {
  const lengths: [string, number][] = [];
  for (const encoding of encodings) {
    const coded = await codecOf(encoding).encode({ ...wire, encoding }, bytes);
    lengths.push([encoding, coded.length]);
  }
  return lengths;
}
