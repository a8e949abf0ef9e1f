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
  /**
   * How the range of an activation was found.
   */
  rangeMethod?: 'mse' | 'percentile' | 'kl';
  steps?: QuantizationSteps;
}
/**
 * What was done to a weight.
 */
export interface QuantizationSteps {
  /**
   * Whether cross-layer equalisation changed it.
   */
  equalized: boolean;
  rounding: 'nearest' | 'gptq';
  /**
   * Whether the bias of the layer takes up the mean error of its outputs.
   */
  biasCorrected: boolean;
  /**
   * What mse would have been by rounding to nearest. Least squares on the outputs leave more error in the weights, and less in what the layer gives.
   */
  nearestMse: number;
  /**
   * Squared error of what the layer gives over its variance, on the samples; null where it was not measured.
   */
  outputError: number | null;
}
