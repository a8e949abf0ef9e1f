import { roundSignificant, SIZE_BITS } from '../numerics/round.js';
import type { Crossing } from '../runtime/codecs/codec.js';
import { CODECS, codecsFor } from '../runtime/codecs/index.js';

/** Bytes of a tensor in one encoding over the samples, rounded up from {@link SIZE_BITS} significant bits. */
export interface EncodedSize {
  mean: number;
  p50: number;
  p95: number;
}

/** Sizes of one tensor by encoding. */
export type EncodedSizes = Map<string, EncodedSize>;

/** Mean, median and 95th percentile (nearest rank) of sizes over samples; at least one. */
export function encodedSize(sizes: readonly number[]): EncodedSize {
  const sorted = [...sizes].sort((a, b) => a - b);
  const rank = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  const mean = sizes.reduce((a, b) => a + b, 0) / sizes.length;
  const settled = (value: number) => Math.ceil(roundSignificant(value, SIZE_BITS));
  return { mean: settled(mean), p50: settled(rank(0.5)), p95: settled(rank(0.95)) };
}

/** The size of what takes the same bytes for every sample. */
export const fixedSize = (bytes: number): EncodedSize => ({ mean: bytes, p50: bytes, p95: bytes });

/** Encodings that take the same bytes whatever the values are, and their sizes. */
export const fixedSizes = (packedBytes: number): [encoding: string, size: EncodedSize][] =>
  CODECS.flatMap(({ offers, fixedBytes }) =>
    fixedBytes ? offers.map((encoding): [string, EncodedSize] => [encoding, fixedSize(fixedBytes(packedBytes))]) : [],
  );

/** Encodings of the packed bytes of a tensor whose size samples have to show. */
export const measuredEncodings = (crossing: Crossing): string[] =>
  codecsFor(crossing).flatMap(({ codes, offers, fixedBytes }) => (codes === 'bytes' && !fixedBytes ? offers : []));

/** Samples that an input is measured on at most, and bytes of codes at fewer bits that are encoded for it. */
export const INPUT_SAMPLES = 32;
const INPUT_BYTES = 4 * 2 ** 20;
/** Bits of an element at all widths that are usually wanted: what is measured does not hang on those that are. */
const FEWER_BITS = 2 + 3 + 4 + 5 + 6;

/**
 * Samples on which the codes of an input of so many elements are measured, and of whatever is the input in another
 * form.
 */
export const inputSamples = (elements: number, samples: number): number =>
  Math.max(1, Math.min(INPUT_SAMPLES, samples, Math.floor(INPUT_BYTES / ((elements * FEWER_BITS) / 8))));
