import type { Graph, Node } from '../onnx/graph.js';

/**
 * How a target runs one operator on 8-bit codes:
 * - `weighted`: integer kernel with constant weights (Conv, Gemm, MatMul): inputs are quantized on demand;
 * - `elementwise`: integer kernel where every activation read is already codes (Add, Concat, pooling, ...);
 * - `through`: moves codes about unchanged (Reshape, MaxPool, ...), so output and input share one quantizer;
 * - `range`: an activation that the range of its output expresses exactly (Relu, Clip): it costs nothing;
 * - `float`: no integer kernel.
 */
export type IntegerRole = 'weighted' | 'elementwise' | 'through' | 'range' | 'float';

/** What an edge target is able to do. */
export interface EdgeTarget {
  name: string;
  side: 'edge';
  /** One line for the documentation and the command line. */
  description: string;
  weightBits: readonly number[];
  activationBits: readonly number[];
  /** Encodings of crossing tensors that it writes beside `raw`, pictures without their quality. */
  encodings: readonly string[];
  /** What its bundles run on, and what a build needs to verify them. */
  packages: readonly string[];
  /** Whose kernels the edge half runs: those of the processor, or those of WebAssembly. */
  kernels: 'native' | 'wasm';
  role(node: Node, graph: Graph): IntegerRole;
}

/** What a cloud target is: nothing is quantized there, so any operator of onnxruntime runs. */
export interface CloudTarget {
  name: string;
  side: 'cloud';
  description: string;
  /** Encodings of crossing tensors that it undoes beside `raw`, pictures without their quality. Any OIP server undoes `deflate`. */
  encodings: readonly string[];
}
