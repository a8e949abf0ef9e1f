/**
 * Bins of a {@link Histogram}: enough that the search for a clipping range is limited by the quantizer, not by the
 * bins.
 */
const BINS = 4096;
/** Magnitudes below count as zero: the scale of a quantizer for them would not be a normal float32. */
export const MIN_MAGNITUDE = 2 ** -100;

/**
 * Histogram of a tensor over all samples, in one pass and constant memory: the half-width is a power of two that
 * doubles (neighbouring bins merge) whenever a value reaches it. Bin i covers [-limit + i*w, -limit + (i+1)*w), w =
 * 2*limit/BINS.
 */
export interface Histogram {
  counts: Float64Array;
  /** A power of two; 0 until the first value other than zero. */
  limit: number;
  /** Exact zeros, kept apart: ReLU makes most values zero, and zero is always represented exactly. */
  zeros: number;
  count: number;
  min: number;
  max: number;
  /** Sum of squares of all values. */
  sumSquares: number;
}

export function createHistogram(): Histogram {
  return { counts: new Float64Array(BINS), limit: 0, zeros: 0, count: 0, min: Infinity, max: -Infinity, sumSquares: 0 };
}

/** Adds values; returns the index of the first NaN or infinity instead of adding, or -1. */
export function addValues(histogram: Histogram, values: Float32Array): number {
  if (values.length === 0) return -1;
  let { min, max } = histogram;
  let sumSquares = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value < min) min = value;
    if (value > max) max = value;
    sumSquares += value * value;
  }
  if (!Number.isFinite(sumSquares)) return values.findIndex((value) => !Number.isFinite(value));
  histogram.min = min;
  histogram.max = max;
  histogram.sumSquares += sumSquares;
  histogram.count += values.length;
  widen(histogram, Math.max(Math.abs(min), Math.abs(max)));
  const { counts, limit } = histogram;
  if (limit === 0) {
    histogram.zeros += values.length;
    return -1;
  }
  const perUnit = BINS / (2 * limit);
  let zeros = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value < MIN_MAGNITUDE && value > -MIN_MAGNITUDE) zeros++;
    else counts[Math.floor((value + limit) * perUnit)]++;
  }
  histogram.zeros += zeros;
  return -1;
}

function widen(histogram: Histogram, magnitude: number): void {
  if (magnitude < histogram.limit || magnitude < MIN_MAGNITUDE) return;
  const limit = 2 ** (Math.floor(Math.log2(magnitude)) + 1);
  const { counts } = histogram;
  for (let wide = histogram.limit; wide > 0 && wide < limit; wide *= 2) {
    const half = BINS / 2;
    const merged = new Float64Array(BINS);
    for (let i = 0; i < BINS; i++) merged[half / 2 + (i >> 1)] += counts[i];
    counts.set(merged);
  }
  histogram.limit = limit;
}

/** The histogram of the values of two histograms. */
export function mergeHistograms(a: Histogram, b: Histogram): Histogram {
  const [wide, narrow] = a.limit >= b.limit ? [a, b] : [b, a];
  const merged: Histogram = { ...narrow, counts: Float64Array.from(narrow.counts) };
  // The smallest magnitude that needs the wider limit.
  if (narrow.limit > 0 && narrow.limit < wide.limit) widen(merged, wide.limit / 2);
  for (let i = 0; i < BINS; i++) merged.counts[i] += wide.counts[i];
  merged.limit = wide.limit;
  merged.zeros += wide.zeros;
  merged.count += wide.count;
  merged.min = Math.min(a.min, b.min);
  merged.max = Math.max(a.max, b.max);
  merged.sumSquares = a.sumSquares + b.sumSquares;
  return merged;
}

/** Calls `visit` with centre, width and weight of each bin that is not empty; zeros are one bin of width 0. */
export function eachBin(histogram: Histogram, visit: (centre: number, width: number, weight: number) => void): void {
  if (histogram.zeros > 0) visit(0, 0, histogram.zeros);
  if (histogram.limit === 0) return;
  const width = (2 * histogram.limit) / BINS;
  for (let i = 0; i < BINS; i++)
    if (histogram.counts[i] > 0) visit(-histogram.limit + (i + 0.5) * width, width, histogram.counts[i]);
}

/** Mean of the squares of all values. */
export const meanSquare = (histogram: Histogram): number =>
  histogram.count === 0 ? 0 : histogram.sumSquares / histogram.count;
