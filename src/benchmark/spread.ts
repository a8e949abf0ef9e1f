/** A measured time: what is typical, and the times below which a tenth and nine tenths of all runs lie. Seconds. */
export interface Spread {
  /** Of a whole model the median, of a layer the mean of the middle half. */
  median: number;
  p10: number;
  p90: number;
}

/** The value below which a share of all values lies; between two of them, in proportion. */
export function quantile(values: ArrayLike<number>, share: number): number {
  const sorted = Float64Array.from(values).sort();
  if (sorted.length === 0) return 0;
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(sorted.length - 1, low + 1);
  return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
}

/**
 * The mean of the middle half. As little moved by what disturbs a few runs as the median is, and finer than the clock:
 * a profiler that counts whole microseconds says 1 or 2 of a kernel that takes 1.4.
 */
export function midmean(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort();
  const from = Math.floor(sorted.length / 4);
  const middle = sorted.subarray(from, sorted.length - from);
  return middle.length === 0 ? 0 : middle.reduce((sum, value) => sum + value, 0) / middle.length;
}

export const median = (values: ArrayLike<number>): number => quantile(values, 0.5);

/**
 * The spread of runs that were timed in several processes: the median of the medians of each, so that one which had the
 * machine to itself and ran more often does not count for more; the tenths of all runs.
 */
export function spreadOf(rounds: readonly (readonly number[])[]): Spread {
  const middle = median(rounds.map(median));
  const all = rounds.flat();
  return { median: middle, p10: Math.min(middle, quantile(all, 0.1)), p90: Math.max(middle, quantile(all, 0.9)) };
}
