import { ROUNDER, roundHalfEven } from './round.js';

/** Symmetric per-channel quantizer of weights: value = scale[channel] * code, |code| <= 2^(bits-1) - 1. */
export interface WeightQuantizer {
  bits: number;
  scales: Float32Array;
}

/**
 * A weight tensor seen as channels: element (outer, channel, inner) is at (outer*channels + channel)*inner' + inner.
 */
export interface ChannelView {
  values: Float32Array;
  channels: number;
  /** Elements between two neighbours of the channel axis. */
  inner: number;
}

/** Views `values` of shape `dims` by its axis `axis`. */
export function channelView(values: Float32Array, dims: readonly number[], axis: number): ChannelView {
  return { values, channels: dims[axis], inner: dims.slice(axis + 1).reduce((a, b) => a * b, 1) };
}

/**
 * Clipping limits that are tried first, as fractions of the largest magnitude, and then steps around the best of them.
 */
const COARSE = [1, 0.92, 0.84, 0.76, 0.68, 0.6, 0.52, 0.44, 0.36];
const FINE = [-0.06, -0.04, -0.02, 0.02, 0.04, 0.06];
/** Values per channel that the search looks at; errors are reported over all values. */
const SEARCHED = 512;

/** Chooses, for each channel, the scale with the least squared error (MSE-optimal clipping). */
export function searchWeightQuantizer(view: ChannelView, bits: number): WeightQuantizer {
  const top = 2 ** (bits - 1) - 1;
  const scales = new Float32Array(view.channels);
  for (let channel = 0; channel < view.channels; channel++) {
    const { sample, magnitude } = sampleChannel(view, channel);
    scales[channel] = 1;
    if (magnitude === 0) continue;
    let best = Infinity;
    let bestFraction = 1;
    const attempt = (fraction: number) => {
      const scale = Math.fround((magnitude * fraction) / top);
      const error = scale > 0 && fraction <= 1 ? squaredError(sample, scale, top, best) : Infinity;
      if (error >= best) return;
      best = error;
      bestFraction = fraction;
      scales[channel] = scale;
    };
    for (const fraction of COARSE) attempt(fraction);
    const around = bestFraction;
    for (const step of FINE) attempt(around + step);
  }
  return { bits, scales };
}

/** Squared error of values under a scale; stops early once it exceeds `enough`. */
function squaredError(values: Float32Array, scale: number, top: number, enough: number): number {
  const inverse = 1 / scale;
  let error = 0;
  for (let i = 0; i < values.length && error < enough; i++) {
    const value = values[i];
    const code = Math.min(top, Math.max(-top, value * inverse + ROUNDER - ROUNDER));
    const difference = value - code * scale;
    error += difference * difference;
  }
  return error;
}

function sampleChannel(
  { values, channels, inner }: ChannelView,
  channel: number,
): { sample: Float32Array; magnitude: number } {
  const outer = values.length / (channels * inner);
  const count = outer * inner;
  const step = Math.max(1, Math.floor(count / SEARCHED));
  const sample = new Float32Array(Math.ceil(count / step));
  let magnitude = 0;
  let seen = 0;
  for (let o = 0; o < outer; o++) {
    const start = (o * channels + channel) * inner;
    for (let i = 0; i < inner; i++, seen++) {
      const value = values[start + i];
      magnitude = Math.max(magnitude, Math.abs(value));
      if (seen % step === 0) sample[seen / step] = value;
    }
  }
  return { sample, magnitude };
}

/** Codes of all weights, in the order of the values. */
export function quantizeWeights(
  { values, channels, inner }: ChannelView,
  { bits, scales }: WeightQuantizer,
): Int8Array {
  const top = 2 ** (bits - 1) - 1;
  const codes = new Int8Array(values.length);
  for (let start = 0, channel = 0; start < values.length; start += inner, channel = (channel + 1) % channels) {
    const scale = scales[channel];
    for (let i = start; i < start + inner; i++)
      codes[i] = Math.min(top, Math.max(-top, roundHalfEven(values[i] / scale)));
  }
  return codes;
}

/** Mean squared error of the weights under a quantizer, D_w of Auto-Split. */
export function weightError({ values, channels, inner }: ChannelView, { bits, scales }: WeightQuantizer): number {
  const top = 2 ** (bits - 1) - 1;
  let sum = 0;
  for (let start = 0, channel = 0; start < values.length; start += inner, channel = (channel + 1) % channels)
    sum += squaredError(values.subarray(start, start + inner), scales[channel], top, Infinity);
  return values.length === 0 ? 0 : sum / values.length;
}
