import { midmean, quantile, type Spread } from './spread.js';

/**
 * Largest overhead of the profiler per kernel, in seconds. Larger differences are noise, or changes of clock speed.
 */
const PROFILER_SECONDS = 2e-6;

/** Times of one layer per profiled run, and the number of kernels that they sum. */
export interface LayerRuns {
  seconds: Float64Array;
  kernels: number;
}

/**
 * Adjusts layer times so that their typical times sum to `total`, the time of the model without the profiler. The
 * profiler adds overhead to each kernel and omits the time between kernels. The difference is first divided equally
 * among kernels, up to PROFILER_SECONDS each; the rest is divided in proportion.
 */
export function settle(layers: readonly LayerRuns[], total: number): Spread[] {
  const raw = layers.map(({ seconds }) => ({
    median: midmean(seconds),
    p10: quantile(seconds, 0.1),
    p90: quantile(seconds, 0.9),
  }));
  const shifted = (shift: number) =>
    raw.map(({ median }, i) => Math.max(MIN_SHARE * median, median - shift * layers[i].kernels));
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  const shift = bisect((value) => sum(shifted(value)) - total, -PROFILER_SECONDS, PROFILER_SECONDS);
  const medians = shifted(shift);
  const factor = sum(medians) > 0 ? total / sum(medians) : 1;
  return raw.map(({ median, p10, p90 }, i) => {
    const settled = medians[i] * factor;
    const scale = median > 0 ? settled / median : 0;
    return { median: settled, p10: Math.min(settled, p10 * scale), p90: Math.max(settled, p90 * scale) };
  });
}

/** Least share of a layer's profiled time that remains after subtracting the overhead. */
const MIN_SHARE = 0.1;

/** The root of a decreasing function in a range, or the end of the range that is nearest to it. */
function bisect(f: (value: number) => number, low: number, high: number): number {
  if (f(low) <= 0) return low;
  if (f(high) >= 0) return high;
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (f(middle) > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
