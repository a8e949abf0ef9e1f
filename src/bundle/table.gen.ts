// Generated from schemas/quantization-table.schema.json by scripts/generate-types.mjs; do not edit.

/**
 * How every quantized tensor of a bundle maps codes to values: value = scale * (code - zeroPoint).
 */
export interface QuantizationTable {
  version: 1;
  tensors: QuantizedTensor[];
}
export interface QuantizedTensor {
  tensor: string;
  kind: 'weight' | 'activation' | 'wire';
  /**
   * Initializer of edge/model.onnx that holds the codes of a weight; null for anything else.
   */
  initializer: string | null;
  /**
   * Layer that reads the weight or makes the activation; null for a network input.
   */
  layer: string | null;
  bits: number;
  scheme: 'symmetric' | 'asymmetric';
  /**
   * Axis of the channels that have a scale each; null where one scale serves all.
   */
  axis: number | null;
  scales: number[];
  zeroPoints: number[];
  /**
   * [low, high] that the codes can express, over all channels.
   */
  range: number[];
  /**
   * Mean squared error against the float tensor.
   */
  mse: number;
}
