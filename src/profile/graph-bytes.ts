import type { LayerProfile } from './profile.js';

/**
 * Bytes that a layer takes in the model.onnx of an edge half, without the weights that lie beside it: nodes with their names, and
 * quantizers. An estimate from generated halves; names and scales differ.
 */
export const graphBytes = ({ integer, weightElements }: Pick<LayerProfile, 'integer' | 'weightElements'>): number =>
  integer && weightElements > 0 ? 1300 : 500;
