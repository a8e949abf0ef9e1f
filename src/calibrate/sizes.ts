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

/** A size that is the same for every sample. */
export const fixedSize = (bytes: number): EncodedSize => ({ mean: bytes, p50: bytes, p95: bytes });

/** Encodings that take the same bytes whatever the values are, and their sizes. */
export const fixedSizes = (packedBytes: number): [encoding: string, size: EncodedSize][] =>
  CODECS.flatMap(({ offers, fixedBytes }) =>
    fixedBytes ? offers.map((encoding): [string, EncodedSize] => [encoding, fixedSize(fixedBytes(packedBytes))]) : [],
  );

/** Encodings of packed bytes whose size depends on the values, and therefore is measured. */
export const measuredEncodings = (crossing: Crossing): string[] =>
  codecsFor(crossing).flatMap(({ codes, offers, fixedBytes }) => (codes === 'bytes' && !fixedBytes ? offers : []));

/** Most samples on which an input is measured, and most bytes of its codes at fewer bits that are encoded. */
export const INPUT_SAMPLES = 32;
const INPUT_BYTES = 4 * 2 ** 20;
/** Sum of the usual bit-widths below 8. The number of samples must not depend on the widths that a config asks for. */
const FEWER_BITS = 2 + 3 + 4 + 5 + 6;

/**
 * Number of samples on which an input of so many elements is measured at fewer bits, and tensors that only reshape or
 * reorder it.
 */
export const inputSamples = (elements: number, samples: number): number =>
  Math.max(1, Math.min(INPUT_SAMPLES, samples, Math.floor(INPUT_BYTES / ((elements * FEWER_BITS) / 8))));
