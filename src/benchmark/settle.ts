import { midmean, quantile, type Spread } from './spread.js';

/**
 * The profiler's own time per kernel is about this or less; differences beyond it are noise, or the speed of the
 * moment. Seconds.
 */
const PROFILER_SECONDS = 2e-6;

/** Times of one layer in each profiled run, and how many kernels they are the sum of. */
export interface LayerRuns {
  seconds: Float64Array;
  kernels: number;
}

/**
 * Times of layers whose typical times sum up to `total`, what the model takes without the profiler. The profiler adds
 * its own time to each kernel, and hides what lies between kernels: the difference is shared by all kernels alike, up
 * to the time that a profiler takes, and what is left of it in proportion.
 */
export function settle(layers: readonly LayerRuns[], total: number): Spread[] {
  const raw = layers.map(({ seconds }) => ({
    median: midmean(seconds),
    p10: quantile(seconds, 0.1),
    p90: quantile(seconds, 0.9),
  }));
  const shifted = (shift: number) =>
    raw.map(({ median }, i) => Math.max(LEAST * median, median - shift * layers[i].kernels));
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

/** However small a kernel is, it takes a part of what the profiler says. */
const LEAST = 0.1;

/** Where a falling function meets zero, or the end of the range that is nearest to it. */
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
