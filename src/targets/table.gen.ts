// Generated from schemas/quantization-table.schema.json by scripts/generate-types.mjs; do not edit.

/**
 * Quantizers of all quantized tensors of a bundle: value = scale * (code - zeroPoint).
 */
export interface QuantizationTable {
  version: 1;
  tensors: QuantizedTensor[];
}
export interface QuantizedTensor {
  tensor: string;
  kind: 'weight' | 'activation' | 'wire';
  /**
   * Initializer of edge/model.onnx with the codes of a weight; null for activations.
   */
  initializer: string | null;
  /**
   * Layer that reads the weight or writes the activation; null for an input of the model.
   */
  layer: string | null;
  bits: number;
  scheme: 'symmetric' | 'asymmetric';
  /**
   * Axis of per-channel scales; null for a per-tensor scale.
   */
  axis: number | null;
  scales: number[];
  zeroPoints: number[];
  /**
   * Range [low, high] of representable values, over all channels.
   */
  range: number[];
  /**
   * Mean squared error against the float tensor.
   */
  mse: number;
  /**
   * Method that found the range of an activation.
   */
  rangeMethod?: 'mse' | 'percentile' | 'kl';
  steps?: QuantizationSteps;
}
/**
 * Processing steps of a weight.
 */
export interface QuantizationSteps {
  /**
   * Whether cross-layer equalisation changed the weight.
   */
  equalized: boolean;
  rounding: 'nearest' | 'gptq';
  /**
   * Whether the bias of the layer was corrected by the mean error of its outputs.
   */
  biasCorrected: boolean;
  /**
   * `mse` for rounding to nearest. Least-squares rounding increases the error of weights and reduces that of the layer's outputs.
   */
  nearestMse: number;
  /**
   * Squared error of the layer's outputs over their variance, on the samples; null if not measured.
   */
  outputError: number | null;
}
