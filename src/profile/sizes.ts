import { roundSignificant, SIZE_BITS } from '../numerics/round.js';

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
