import { ERROR_BITS, roundSignificant } from '../numerics/round.js';
import { lanesOf, type Numbers } from './elements.js';
import type { Values } from './fact.js';

/** An output of the float model for one sample. */
export interface Run {
  shape: readonly number[];
  values: Numbers;
}

interface Moments {
  count: Float64Array;
  means: Float64Array;
  variances: Float64Array;
  least: Float64Array;
  most: Float64Array;
}

/** A longer axis holds positions, not channels. */
const MAX_CHANNELS = 4096;
/** Floor of the spread of a channel, as a share of the whole spread. */
const MIN_SPREAD = 1e-3;
/** Shorter axes have too few neighbours to compare. */
const MIN_NEIGHBOURS = 16;
/**
 * Correlation of neighbouring means along an axis of space or time: 1 - 3 / n for a ramp of n values, less for two
 * blocks.
 */
const smoothCorrelation = (count: number) => 1 - 3.5 / count;
/** Channels of scores in 0..1 with a lower mean are sparse. */
const SPARSE_MEAN = 0.02;

/**
 * Mean and variance of each channel of an output. The channel axis is the one along which the values differ most in
 * kind.
 */
export function describeValues(runs: readonly Run[]): Values {
  const axis = channelAxis(runs);
  const { means, variances, least, most, count } = moments(runs, axis);
  const kept = Array.from(means, (mean) => roundSignificant(mean, ERROR_BITS));
  const sparse = Array.from(means.keys()).filter(
    (channel) =>
      count[channel] > 1 &&
      least[channel] >= -1e-6 &&
      most[channel] <= 1.001 &&
      means[channel] < SPARSE_MEAN &&
      axis !== undefined,
  );
  return {
    kind: 'values',
    ...(axis !== undefined && { axis }),
    means: kept,
    variances: floored(means, variances).map((variance) => roundSignificant(variance, ERROR_BITS)),
    sparse,
  };
}

/** Replaces the spread of constant channels by the smallest spread of the others, or by the size of their value. */
function floored(means: Float64Array, variances: Float64Array): number[] {
  const varies = (channel: number) => variances[channel] > (1e-5 * means[channel]) ** 2 && variances[channel] > 1e-20;
  const smallest = Array.from(variances).filter((_, channel) => varies(channel));
  const least = smallest.length > 0 ? smallest.reduce((a, b) => Math.min(a, b)) : undefined;
  return Array.from(variances, (variance, channel) =>
    varies(channel) ? variance : (least ?? (means[channel] ** 2 || 1)),
  );
}

/**
 * The axis whose channels explain the values best as normal distributions of their own (likelihood with the penalty of
 * Schwarz, Estimating the dimension of a model, 1978); undefined if one distribution for all is better. Axes with
 * similar neighbours, such as rows of pixels and steps of time, are excluded.
 */
export function channelAxis(runs: readonly Run[]): number | undefined {
  const [{ shape }] = runs;
  const whole = moments(runs, undefined);
  const spread = Math.sqrt(whole.variances[0]);
  if (spread === 0) return undefined;
  let best: { axis: number; gain: number } | undefined;
  for (const [axis, size] of shape.entries()) {
    const isFixed = runs.every((run) => run.shape.length === shape.length && run.shape[axis] === size);
    if (size < 2 || size > MAX_CHANNELS || !isFixed || (axis === 0 && shape.length > 2)) continue;
    const { means, variances, count } = moments(runs, axis);
    if (size >= MIN_NEIGHBOURS && correlation(means) > smoothCorrelation(size)) continue;
    let gain = -(size - 1) * Math.log(whole.count[0]);
    for (let i = 0; i < size; i++) gain -= count[i] * Math.log(Math.max(MIN_SPREAD, Math.sqrt(variances[i]) / spread));
    if (gain > (best?.gain ?? 0)) best = { axis, gain };
  }
  return best?.axis;
}

/** Correlation of each value with its neighbour. */
function correlation(values: Float64Array): number {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  let [own, next] = [0, 0];
  for (const [i, value] of values.entries()) {
    own += (value - mean) ** 2;
    if (i > 0) next += (value - mean) * (values[i - 1] - mean);
  }
  return own === 0 ? 0 : next / own;
}

/** Moments of the finite values by channel, in two passes to keep small spreads around large means. */
function moments(runs: readonly Run[], axis: number | undefined): Moments {
  const size = axis === undefined ? 1 : runs[0].shape[axis];
  const [count, means, variances] = [0, 1, 2].map(() => new Float64Array(size));
  const [least, most] = [
    new Float64Array(size).fill(Number.POSITIVE_INFINITY),
    new Float64Array(size).fill(Number.NEGATIVE_INFINITY),
  ];
  eachFinite(runs, axis, (value, channel) => {
    count[channel]++;
    means[channel] += value;
    if (value < least[channel]) least[channel] = value;
    if (value > most[channel]) most[channel] = value;
  });
  for (let channel = 0; channel < size; channel++) means[channel] /= Math.max(1, count[channel]);
  eachFinite(runs, axis, (value, channel) => {
    variances[channel] += (value - means[channel]) ** 2;
  });
  for (let channel = 0; channel < size; channel++) variances[channel] /= Math.max(1, count[channel]);
  return { count, means, variances, least, most };
}

function eachFinite(
  runs: readonly Run[],
  axis: number | undefined,
  see: (value: number, channel: number) => void,
): void {
  for (const { shape, values } of runs) {
    const { size, inner } = axis === undefined ? { size: 1, inner: Math.max(1, values.length) } : lanesOf(shape, axis);
    for (let start = 0, lane = 0; start < values.length; start += inner, lane++) {
      const channel = lane % size;
      const end = Math.min(values.length, start + inner);
      for (let i = start; i < end; i++) if (Number.isFinite(values[i])) see(values[i], channel);
    }
  }
}
