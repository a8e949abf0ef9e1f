import type { EdgeOptions } from '../edge/api.js';

// What edge.mjs has in pages beside edge/api.ts, which says how it gets into bundles.

/** How far loading is. */
export interface LoadProgress {
  /** `download`: model and weights, in bytes; `unpack`: weights, in bytes; `start`: onnxruntime, its WebAssembly and the session, 0 or 1 of 1. */
  stage: 'download' | 'unpack' | 'start';
  loaded: number;
  total: number;
}

export interface WebEdgeOptions extends EdgeOptions {
  /** Told how far loading is. */
  onProgress?: (progress: LoadProgress) => void;
  /** What runs the edge model, first choice first; WebGPU is passed over where the browser has none. @default ['wasm'] */
  executionProviders?: readonly ('wasm' | 'webgpu')[];
  /** Folder of model.onnx, weights.bin and unpack-worker.mjs. @default the folder of this module */
  assets?: string | URL;
  /**
   * Folder of onnxruntime-web's ort-wasm-*.mjs and .wasm (ends in /), or the address of each. More than one thread needs
   * it, and a page that is cross-origin isolated. @default where onnxruntime-web lies
   */
  wasmPaths?: string | { mjs?: string; wasm?: string };
}
