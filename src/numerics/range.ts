import { eachBin, type Histogram, MIN_MAGNITUDE, meanSquare } from './histogram.js';
import { ERROR_BITS, RANGE_BITS, roundSignificant } from './round.js';

/** Asymmetric per-tensor quantizer: value = scale * (code - zeroPoint), code in 0 .. 2^bits - 1. */
export interface ActivationQuantizer {
  bits: number;
  scale: number;
  zeroPoint: number;
  /** Mean squared error over the samples. */
  mse: number;
  /** How the range was found. @default least error */
  method?: 'mse' | 'percentile' | 'kl';
}

/** Bounds that an activation function guarantees (ReLU6: 0..6); infinite where it guarantees none. */
export interface Bounds {
  low: number;
  high: number;
}

/**
 * The quantizer of a range: zero is always a code, so padding and ReLU stay exact. The scale is rounded up to
 * {@link RANGE_BITS} significant bits and to a float32.
 */
export function quantizerOf(low: number, high: number, bits: number): Omit<ActivationQuantizer, 'mse'> {
  const levels = 2 ** bits - 1;
  const bottom = Math.min(0, low);
  const top = Math.max(0, high);
  const width = top - bottom;
  if (!(width >= MIN_MAGNITUDE)) return { bits, scale: 1, zeroPoint: 0 };
  const scale = Math.fround(roundSignificant(width / levels, RANGE_BITS));
  const zeroPoint = Math.min(levels, Math.max(0, Math.round(-bottom / scale)));
  return { bits, scale, zeroPoint };
}

/** Fractions of the observed range that the search tries for each end. */
export const FRACTIONS: readonly number[] = [
  1, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6, 0.55, 0.5, 0.45, 0.4, 0.35, 0.3, 0.25, 0.2, 0.15, 0.1, 0.07, 0.05,
];

/**
 * Chooses the clipping range with the least mean squared error on the histogram. Both ends are searched in turn until
 * neither moves (coordinate descent; one pass where zero bounds the range). Where other tensors share the quantizer (a
 * slice of the tensor, its pooled values), the sum over all of them is minimised, each error relative to the mean
 * square of its tensor: a narrow slice of a wide tensor then counts as much as the tensor.
 */
export function searchQuantizer(
  histogram: Histogram,
  bits: number,
  bounds: Bounds = { low: -Infinity, high: Infinity },
  sharers: readonly Histogram[] = [],
): ActivationQuantizer {
  const low = roundSignificant(Math.min(0, Math.max(histogram.min, bounds.low)), RANGE_BITS);
  const high = roundSignificant(Math.max(0, Math.min(histogram.max, bounds.high)), RANGE_BITS);
  const all = [histogram, ...sharers]
    .filter((each) => meanSquare(each) > 0)
    .map((each) => ({ bins: binsOf(each), scale: meanSquare(each) }));
  const errorOf = (bottom: number, top: number) => {
    const quantizer = quantizerOf(bottom, top, bits);
    const error = all.reduce((sum, { bins, scale }) => sum + meanSquaredError(bins, quantizer) / scale, 0);
    return { quantizer, error: roundSignificant(error, ERROR_BITS) };
  };
  let best = errorOf(low, high);
  let [bottomAt, topAt] = [1, 1];
  for (let moved = true, round = 0; moved && round < 4; round++) {
    moved = false;
    for (const fraction of high > 0 ? FRACTIONS : []) {
      const candidate = errorOf(low * bottomAt, high * fraction);
      if (candidate.error < best.error) [best, topAt, moved] = [candidate, fraction, true];
    }
    for (const fraction of low < 0 ? FRACTIONS : []) {
      const candidate = errorOf(low * fraction, high * topAt);
      if (candidate.error < best.error) [best, bottomAt, moved] = [candidate, fraction, true];
    }
    if (low === 0 || high === 0) break;
  }
  return { ...best.quantizer, mse: quantizerError(histogram, best.quantizer) };
}

interface Bins {
  centres: Float64Array;
  /** Shares of all values; they sum to 1. */
  weights: Float64Array;
  /** Variance of a value inside its bin. */
  spread: number;
}

function binsOf(histogram: Histogram): Bins {
  const centres: number[] = [];
  const weights: number[] = [];
  let spread = 0;
  eachBin(histogram, (centre, width, weight) => {
    centres.push(centre);
    weights.push(weight / histogram.count);
    if (width > 0) spread = (width * width) / 12;
  });
  return { centres: Float64Array.from(centres), weights: Float64Array.from(weights), spread };
}

function meanSquaredError(
  { centres, weights, spread }: Bins,
  { scale, zeroPoint, bits }: Omit<ActivationQuantizer, 'mse'>,
): number {
  const bottom = -zeroPoint;
  const top = 2 ** bits - 1 - zeroPoint;
  // Where bins are finer than codes, all values of a bin round as its centre does. Where they are coarser, the error is
  // that of the bin's spread, and at most that of values spread evenly over a code.
  const floor = Math.min(spread, (scale * scale) / 12);
  let sum = 0;
  for (let i = 0; i < centres.length; i++) {
    const code = Math.min(top, Math.max(bottom, Math.round(centres[i] / scale)));
    const error = centres[i] - code * scale;
    sum += weights[i] * (error * error + (centres[i] === 0 ? 0 : floor));
  }
  return sum;
}

/** Mean squared error of a given quantizer over a histogram. */
export function quantizerError(histogram: Histogram, quantizer: Omit<ActivationQuantizer, 'mse'>): number {
  return roundSignificant(meanSquaredError(binsOf(histogram), quantizer), ERROR_BITS);
}
