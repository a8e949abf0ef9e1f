import type { ActivationQuantizer } from '../numerics/range.js';
import type { ElementType } from '../onnx/graph.js';
import type { IntegerGraph } from '../ops/integer.js';
import type { Work } from '../ops/work.js';
import type { OutputFact } from '../outputs/fact.js';
import type { LossError } from './lossy.js';
import type { EncodedSizes } from './sizes.js';

export interface TensorProfile {
  name: string;
  dtype: ElementType;
  shape: number[];
  elements: number;
  /** Statistics over the samples; zero for tensors other than float32. */
  min: number;
  max: number;
  meanSquare: number;
  /** Least-error quantizer by bits, for every bit-width that an activation or the wire may have. */
  quantizers: Map<number, ActivationQuantizer>;
  /** What the outputs of the model lose by these bits of this tensor alone, where that was measured. */
  outputErrors?: ReadonlyMap<number, number>;
  /**
   * By bits; only for tensors that may cross. The full width of the type is among them for tensors other than float32.
   */
  payload: Map<number, EncodedSizes>;
}

/** What a cost model needs to know of one layer, for one sample. */
export interface LayerShape extends Omit<Work, 'kind'> {
  /** Operator, or the kind of its layers in cost tables. */
  op: string;
  /** Fused activation, where the time of a layer depends on it: `Clip`, `Sigmoid`, `Silu`, ... */
  activation?: string;
  inputElements: number;
  outputElements: number;
  /** Elements of weights and biases. */
  parameters: number;
}

export interface LayerProfile {
  name: string;
  shape: LayerShape;
  /** True where the layer runs on integer kernels of the target. */
  integer: boolean;
  /** Elements of the quantized weights (0 where the layer has none), their output channels and bias elements. */
  weightElements: number;
  weightChannels: number;
  biasElements: number;
  /** Bytes of initializers that stay as they are when the layer is on the edge. */
  plainBytes: number;
  /** What the outputs of the model lose by these bits of the weights alone, where that was measured. */
  outputErrors?: ReadonlyMap<number, number>;
  /** D_w by bits: mean squared error of the weights. Empty where there are none to quantize. */
  weightErrors: Map<number, number>;
  weightMeanSquare: number;
}

/** How a model input may travel. */
export interface InputProfile {
  name: string;
  /**
   * Exactly the values of the samples, in few bits: value = scale * (code - zeroPoint). Absent where the type itself is
   * all there is.
   */
  native?: { bits: 8 | 16; scale: number[]; zeroPoint: number[]; axis?: number };
  /** Bits of an element that travels as it is; undefined for types that cannot travel. */
  plainBits?: number;
  /**
   * By bits. Those of `native`, or else of the type, stand for the exact values; float32 inputs may also travel at the
   * fewer bits of the tensor's {@link TensorProfile.quantizers}.
   */
  sizes: Map<number, EncodedSizes>;
  /** Of all ways that are not exact, by bits and encoding. */
  errors: Map<number, Map<string, LossError>>;
}

/** Everything measured of a model over the samples. */
export interface Profile {
  samples: number;
  tensors: Map<string, TensorProfile>;
  /** In the order of the layers. */
  layers: LayerProfile[];
  inputs: Map<string, InputProfile>;
  /** What runs on codes when it runs on the edge. */
  integer: IntegerGraph;
  /** How the outputs were compared where what they lose was measured. */
  sensitivity?: readonly OutputFact[];
}
