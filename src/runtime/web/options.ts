import type { EdgeOptions } from '../edge/edge.js';
import { EdgeError } from '../errors.js';

/** How far loading is. */
export interface LoadProgress {
  /**
   * `download`: the model and its packed weights, in bytes; `unpack`: weights, in bytes; `start`: onnxruntime fetches
   * its WebAssembly and makes a session, 0 or 1 of 1.
   */
  stage: 'download' | 'unpack' | 'start';
  loaded: number;
  total: number;
}

export type ExecutionProvider = 'wasm' | 'webgpu';

export interface WebEdgeOptions extends EdgeOptions {
  onProgress?: (progress: LoadProgress) => void;
  /**
   * What runs the edge model, first choice first; WebGPU is passed over where the browser has none. @default ['wasm']
   */
  executionProviders?: readonly ExecutionProvider[];
  /**
   * Folder of model.onnx, weights.bin and unpack-worker.mjs, for bundlers that do not follow `new URL(...,
   * import.meta.url)`.
   */
  assets?: string | URL;
  /** Folder of onnxruntime-web's ort-wasm-*.mjs and .wasm, or the address of each. */
  wasmPaths?: string | { mjs?: string; wasm?: string };
}

/** Options with their defaults. */
export interface LoadOptions {
  onProgress: (progress: LoadProgress) => void;
  executionProviders: readonly ExecutionProvider[];
  threads: number;
  wasmPaths: WebEdgeOptions['wasmPaths'];
  fetch: typeof fetch;
}

/** What a page may offer. */
export interface PageGlobals {
  crossOriginIsolated?: boolean;
  navigator?: { hardwareConcurrency?: number; gpu?: unknown };
}

const PROVIDERS: readonly ExecutionProvider[] = ['wasm', 'webgpu'];

/**
 * Checks what concerns loading. Errors: EdgeError OPTIONS.
 * @param planned threads that the plan assumes; they start by default where onnxruntime can have more than one
 */
export function loadOptions(options: WebEdgeOptions, globals: PageGlobals, planned = 1): LoadOptions {
  const { onProgress = () => {}, executionProviders = ['wasm'], wasmPaths } = options;
  const available = globals.navigator?.hardwareConcurrency ?? 1;
  const { threads = wasmPaths === undefined ? 1 : Math.min(planned, available) } = options;
  const unknown = executionProviders.find((provider) => !PROVIDERS.includes(provider));
  if (unknown !== undefined || executionProviders.length === 0)
    throw new EdgeError(
      'OPTIONS',
      `executionProviders must name ${PROVIDERS.join(' or ')}${unknown === undefined ? '' : `, not ${unknown}`}`,
    );
  const hasGpu = globals.navigator?.gpu !== undefined;
  const there = executionProviders.filter((provider) => provider !== 'webgpu' || hasGpu);
  return {
    onProgress,
    executionProviders: there.length > 0 ? there : ['wasm'],
    // Threads share memory, which a page gets only when it is cross-origin isolated.
    threads: globals.crossOriginIsolated === true ? threads : 1,
    wasmPaths,
    // Called bare: a browser's own fetch is bound to its window.
    fetch: options.fetch ?? ((...request) => fetch(...request)),
  };
}
