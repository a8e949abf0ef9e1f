import { quantizeWeights, searchWeightQuantizer } from '../numerics/weights.js';
import type { WeightedNode } from '../targets/weighted.js';

export interface IntegerWeights {
  codes: Int8Array;
  scales: Float32Array;
  bias: Int32Array | undefined;
  /** bias value = biasScales * code; exactly input scale x weight scale, as integer kernels assume. */
  biasScales: Float32Array | undefined;
}

const INT32_MAX = 2 ** 31 - 1;

/** Quantizes weights per output channel to `bits` bits and the bias to int32 at input scale x weight scale. */
export function quantizeWeighted({ view, bias }: WeightedNode, bits: number, inputScale: number): IntegerWeights {
  const { scales } = searchWeightQuantizer(view, bits);
  // A channel with tiny weights and a large bias: the bias must fit int32 at the product of the scales.
  if (bias)
    for (let channel = 0; channel < scales.length; channel++)
      scales[channel] = Math.max(scales[channel], Math.fround((Math.abs(bias[channel]) / (INT32_MAX * inputScale)) * 1.001));
  const codes = quantizeWeights(view, { bits, scales });
  const biasScales = bias && scales.map((scale) => Math.fround(scale * inputScale));
  const biasCodes = bias && biasScales && Int32Array.from(bias, (value, channel) => Math.round(value / biasScales[channel]));
  return { codes, scales, bias: biasCodes, biasScales };
}
