/** A measured time: the median, and the times below which a tenth and nine tenths of all runs lie. Seconds. */
export interface Spread {
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

export const median = (values: ArrayLike<number>): number => quantile(values, 0.5);

export const spreadOf = (values: ArrayLike<number>): Spread => ({
  median: median(values),
  p10: quantile(values, 0.1),
  p90: quantile(values, 0.9),
});
