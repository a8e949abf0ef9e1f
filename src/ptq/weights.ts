import { type ChannelView, quantizeWeights, searchWeightQuantizer, type WeightQuantizer } from '../numerics/weights.js';
import type { WeightedNode } from '../ops/weights.js';

/** Steps that were taken on the weights of a layer, and their errors. */
export interface WeightSteps {
  rounding: 'nearest' | 'gptq';
  biasCorrected: boolean;
  /** Mean squared error of the weights had they been rounded to nearest. */
  nearestMse: number;
  /**
   * Squared error of the output of the layer on the samples, relative to its variance; null where it was not measured.
   */
  outputError: number | null;
}

export interface IntegerWeights {
  bits: number;
  codes: Int8Array;
  scales: Float32Array;
  bias: Int32Array | undefined;
  /** bias value = biasScales * code; exactly input scale x weight scale, as integer kernels assume. */
  biasScales: Float32Array | undefined;
  /** Mean squared error of the weights. */
  mse: number;
  steps: WeightSteps;
}

const INT32_MAX = 2 ** 31 - 1;

/** The least scale of a channel: its bias must fit int32 at the product of the scales, however small its weights are. */
export const leastScale = (bias: number, inputScale: number): number =>
  Math.fround((Math.abs(bias) / (INT32_MAX * inputScale)) * 1.001);

const searched = new WeakMap<ChannelView, Map<number, WeightQuantizer>>();

/** Scales of least squared error of weights, searched once for each bit-width. They must not be changed. */
export function nearestQuantizer(view: ChannelView, bits: number): WeightQuantizer {
  const known = searched.get(view) ?? new Map<number, WeightQuantizer>();
  searched.set(view, known);
  const quantizer = known.get(bits) ?? searchWeightQuantizer(view, bits);
  known.set(bits, quantizer);
  return quantizer;
}

/**
 * Rounds weights per output channel to nearest with `bits` bits, at the scales of least squared error; the bias to
 * int32.
 */
export function quantizeWeighted(read: WeightedNode, bits: number, inputScale: number): IntegerWeights {
  const { view, bias } = read;
  const scales = Float32Array.from(nearestQuantizer(view, bits).scales);
  if (bias)
    for (let channel = 0; channel < scales.length; channel++)
      scales[channel] = Math.max(scales[channel], leastScale(bias[channel], inputScale));
  const codes = quantizeWeights(view, { bits, scales });
  const mse = codesError(read, codes, scales);
  const steps = { rounding: 'nearest' as const, biasCorrected: false, nearestMse: mse, outputError: null };
  return { bits, codes, scales, ...integerBias(bias, scales, inputScale), mse, steps };
}

/** A bias in int32 at input scale x weight scale. */
export function integerBias(
  bias: Float32Array | Float64Array | undefined,
  scales: Float32Array,
  inputScale: number,
): Pick<IntegerWeights, 'bias' | 'biasScales'> {
  if (!bias) return { bias: undefined, biasScales: undefined };
  const biasScales = scales.map((scale) => Math.fround(scale * inputScale));
  return { bias: Int32Array.from(bias, (value, channel) => Math.round(value / biasScales[channel])), biasScales };
}

/** Mean squared error of codes against the weights. */
export function codesError(
  { view: { values, channels, inner } }: WeightedNode,
  codes: Int8Array,
  scales: Float32Array,
): number {
  let sum = 0;
  for (let start = 0, channel = 0; start < values.length; start += inner, channel = (channel + 1) % channels)
    for (let i = start; i < start + inner; i++) sum += (values[i] - codes[i] * scales[channel]) ** 2;
  return values.length === 0 ? 0 : sum / values.length;
}
