import type { LayerProfile } from './profile.js';

/**
 * Bytes that a layer takes in the model.onnx of an edge side, without the weights that lie beside it: nodes with their
 * names, and quantizers. An estimate from generated sides; names and scales differ.
 */
export const graphBytes = ({ integer, weightElements }: Pick<LayerProfile, 'integer' | 'weightElements'>): number =>
  integer && weightElements > 0 ? 1700 : 600;

/**
 * Bytes that zero-points of weights (int8), and scales and zero-points of biases (float32, int32), take beside the
 * weights: one each a channel.
 */
export const quantizerBytes = ({ weightChannels }: Pick<LayerProfile, 'weightChannels'>): number => 9 * weightChannels;
