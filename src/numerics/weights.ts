import { roundHalfEven } from './round.js';

/** Symmetric per-channel quantizer of weights: value = scale[channel] * code, |code| <= 2^(bits-1) - 1. */
export interface WeightQuantizer {
  bits: number;
  scales: Float32Array;
}

/** A weight tensor seen as channels: element (outer, channel, inner) is at (outer*channels + channel)*inner' + inner. */
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

/** Fractions of the largest magnitude that the clipping search tries; few bits gain most from clipping. */
const FRACTIONS = Array.from({ length: 36 }, (_, i) => 1 - i * 0.02);
/** Values per channel that the search looks at; the error itself is always of all values. */
const SEARCHED = 2048;

/** Chooses, for each channel, the scale with the least squared error (MSE-optimal clipping). */
export function searchWeightQuantizer(view: ChannelView, bits: number): WeightQuantizer {
  const top = 2 ** (bits - 1) - 1;
  const scales = new Float32Array(view.channels);
  for (let channel = 0; channel < view.channels; channel++) {
    const { sample, magnitude } = sampleChannel(view, channel);
    let best = Infinity;
    scales[channel] = 1;
    if (magnitude === 0) continue;
    for (const fraction of FRACTIONS) {
      const scale = Math.fround((magnitude * fraction) / top);
      if (!(scale > 0)) break;
      let error = 0;
      for (let i = 0; i < sample.length && error < best; i++) {
        const code = Math.min(top, Math.max(-top, Math.round(sample[i] / scale)));
        error += (sample[i] - code * scale) ** 2;
      }
      if (error < best) {
        best = error;
        scales[channel] = scale;
      }
    }
  }
  return { bits, scales };
}

function sampleChannel({ values, channels, inner }: ChannelView, channel: number): { sample: Float32Array; magnitude: number } {
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
export function quantizeWeights({ values, channels, inner }: ChannelView, { bits, scales }: WeightQuantizer): Int8Array {
  const top = 2 ** (bits - 1) - 1;
  const codes = new Int8Array(values.length);
  for (let start = 0, channel = 0; start < values.length; start += inner, channel = (channel + 1) % channels) {
    const scale = scales[channel];
    for (let i = start; i < start + inner; i++) codes[i] = Math.min(top, Math.max(-top, roundHalfEven(values[i] / scale)));
  }
  return codes;
}

/** Mean squared error of the weights under a quantizer, D_w of Auto-Split. */
export function weightError({ values, channels, inner }: ChannelView, { bits, scales }: WeightQuantizer): number {
  const top = 2 ** (bits - 1) - 1;
  let sum = 0;
  for (let start = 0, channel = 0; start < values.length; start += inner, channel = (channel + 1) % channels) {
    const scale = scales[channel];
    for (let i = start; i < start + inner; i++) {
      const code = Math.min(top, Math.max(-top, Math.round(values[i] / scale)));
      sum += (values[i] - code * scale) ** 2;
    }
  }
  return values.length === 0 ? 0 : sum / values.length;
}
