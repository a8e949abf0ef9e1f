/** A measured time in seconds: typical value, 10th and 90th percentile of all runs. */
export interface Spread {
  /** The median for a whole model, the interquartile mean for a layer. */
  median: number;
  p10: number;
  p90: number;
}

/** Quantile by linear interpolation. */
export function quantile(values: ArrayLike<number>, share: number): number {
  const sorted = Float64Array.from(values).sort();
  if (sorted.length === 0) return 0;
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(sorted.length - 1, low + 1);
  return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
}

/**
 * Interquartile mean. Robust to outliers like the median, but finer than the resolution of the clock: a profiler that
 * counts whole microseconds reports 1 or 2 for a kernel of 1.4.
 */
export function midmean(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort();
  const from = Math.floor(sorted.length / 4);
  const middle = sorted.subarray(from, sorted.length - from);
  return middle.length === 0 ? 0 : middle.reduce((sum, value) => sum + value, 0) / middle.length;
}

export const median = (values: ArrayLike<number>): number => quantile(values, 0.5);

/**
 * The spread of runs in several processes. The typical value is the median of the medians, so that each process has the
 * same weight, regardless of its number of runs; percentiles are those of all runs.
 */
export function spreadOf(rounds: readonly (readonly number[])[]): Spread {
  const middle = median(rounds.map(median));
  const all = rounds.flat();
  return { median: middle, p10: Math.min(middle, quantile(all, 0.1)), p90: Math.max(middle, quantile(all, 0.9)) };
}
