import { codedNames } from '../runtime/codecs/index.js';

/**
 * How a target holds the weights of quantized layers while it runs. Memory, traffic and time are counted at the held
 * bits, not at the stored ones. Layers in float hold 4 bytes per weight on every target.
 */
export interface HeldWeights {
  /**
   * `packed`: at the bits of the plan; `int8`: unpacked to a byte each when the bundle loads; `float`: to 4 bytes each.
   */
  held: 'packed' | 'int8' | 'float';
  /** `ram`: they count towards `edge.memory`. `flash`: they are read where they are stored, and do not. */
  in: 'ram' | 'flash';
}

/** Bits of a held weight, given its stored bits. */
export const heldBits = ({ held }: HeldWeights, storedBits: number): number =>
  held === 'packed' ? storedBits : held === 'int8' ? 8 : 32;

/** What an edge target can do: everything that planning needs to know of it. */
export interface EdgeCapabilities {
  name: string;
  side: 'edge';
  /** One line for the documentation and the command line. */
  description: string;
  /** Operators of ai.onnx that run on 8-bit codes, of {@link INTEGER_OPERATORS}. */
  operators: readonly string[];
  /**
   * Operators that run in float, by name (`DOMAIN.NAME` outside of ai.onnx). Layers with other operators stay in the
   * cloud.
   */
  floatOperators: 'all' | readonly string[];
  /** Bits of stored weights, 2 to 8. Activations have {@link ACTIVATION_BITS}. */
  weightBits: readonly number[];
  weights: HeldWeights;
  /** Encodings of crossing tensors that it writes beside `raw`, pictures without their quality. */
  encodings: readonly string[];
  /** Packages that its bundles import; a build needs them to verify a bundle. */
  packages: readonly string[];
  /** Float kernels that the side runs: those of the processor or those of WebAssembly. */
  kernels: 'native' | 'wasm';
}

/** What a cloud target can do. Nothing is quantized there, so every operator of onnxruntime runs. */
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

/** Bit-widths of the activations that stay on the edge; the same for every target. */
export const ACTIVATION_BITS: readonly number[] = [8];

/** Bits that weights can be stored with. */
export const WEIGHT_BITS: readonly number[] = [2, 3, 4, 5, 6, 7, 8];

/** Codecs that crossing tensors can have beside `raw`. */
export const ENCODINGS: readonly string[] = codedNames();
