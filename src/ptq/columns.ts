import type { Im2col } from '../ops/im2col.js';

/** Columns taken per layer: sums of products of codes, at most 255^2 each, stay below 2^31. */
const MAX_COLUMNS = 32768;
/** Bytes that the columns of one layer may take. */
const MAX_BYTES = 96 * 2 ** 20;

const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Columns that the samples give of what a layer reads: `groups` x `size` x `count`. */
export interface Columns {
  codes: Uint8Array;
  groups: number;
  size: number;
  count: number;
}

/** Takes as many columns as the limits allow, spread over all samples and, by the golden ratio, over all positions. */
export function takeColumns(window: Im2col, samples: readonly Uint8Array[]): Columns {
  const { groups, size, positions } = window;
  const wanted = Math.min(MAX_COLUMNS, Math.floor(MAX_BYTES / (groups * size)));
  const perSample = Math.max(1, Math.min(positions, Math.floor(wanted / samples.length)));
  const count = perSample * samples.length;
  const codes = new Uint8Array(groups * size * count);
  for (const [sample, values] of samples.entries())
    for (let i = 0; i < perSample; i++) {
      const within = perSample === positions ? 0 : ((sample + i) * GOLDEN) % 1;
      const position = Math.floor(((i + within) * positions) / perSample);
      window.copy(values, position, codes, count, sample * perSample + i);
    }
  return { codes, groups, size, count };
}

/** Means of the rows in steps of codes above the zero-point, all groups one after the other. */
export function rowMeans({ codes, count }: Columns, zeroPoint: number): Float64Array {
  const means = new Float64Array(codes.length / count);
  for (let row = 0; row < means.length; row++) {
    let sum = 0;
    for (let i = row * count; i < (row + 1) * count; i++) sum += codes[i];
    means[row] = sum / count - zeroPoint;
  }
  return means;
}
