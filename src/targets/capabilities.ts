import { codedNames } from '../runtime/codecs/index.js';

/**
 * How a target holds the weights of quantized layers while it runs. What moves and multiplies them takes them as they
 * are held, whatever bits they are stored with; layers in float hold 4 bytes each on every target.
 */
export interface HeldWeights {
  /**
   * `packed`: at the bits of the plan; `int8`: unpacked to a byte each when the bundle loads; `float`: to 4 bytes each.
   */
  held: 'packed' | 'int8' | 'float';
  /** `ram`: they take of `edge.memory`; `flash`: they are read from where they are stored, and take none of it. */
  in: 'ram' | 'flash';
}

/** Bits of a weight while it is held, of those that it is stored with. */
export const heldBits = ({ held }: HeldWeights, storedBits: number): number =>
  held === 'packed' ? storedBits : held === 'int8' ? 8 : 32;

/** What an edge target is able to do: all that planning asks of it. */
export interface EdgeCapabilities {
  name: string;
  side: 'edge';
  /** One line for the documentation and the command line. */
  description: string;
  /** Operators of ai.onnx that run on 8-bit codes, of {@link INTEGER_OPERATORS}. */
  operators: readonly string[];
  /**
   * Operators that run in float, by name (`DOMAIN.NAME` outside of ai.onnx); a layer that needs another one stays in
   * the cloud.
   */
  floatOperators: 'all' | readonly string[];
  /** Bits of stored weights, of 2 to 8. Activations have {@link ACTIVATION_BITS}. */
  weightBits: readonly number[];
  weights: HeldWeights;
  /** Encodings of crossing tensors that it writes beside `raw`, pictures without their quality. */
  encodings: readonly string[];
  /** What its bundles run on, and what a build needs to verify them. */
  packages: readonly string[];
  /** Whose kernels the edge side runs: those of the processor, or those of WebAssembly. */
  kernels: 'native' | 'wasm';
}

/** What a cloud target is able to do: nothing is quantized there, so any operator of onnxruntime runs. */
export interface CloudCapabilities {
  name: string;
  side: 'cloud';
  description: string;
  /**
   * Encodings of crossing tensors that it undoes beside `raw`, pictures without their quality. Any OIP server undoes
   * `deflate`.
   */
  encodings: readonly string[];
}

/** Bits of activations while they live on the edge, on every target. */
export const ACTIVATION_BITS: readonly number[] = [8];

/** Bits that weights can be stored with. */
export const WEIGHT_BITS: readonly number[] = [2, 3, 4, 5, 6, 7, 8];

/** Codecs that crossing tensors can have beside `raw`. */
export const ENCODINGS: readonly string[] = codedNames();
