import { EdgeError } from '../errors.js';
import type { LoadProgress, WebEdgeOptions } from './api.js';

export type ExecutionProvider = NonNullable<WebEdgeOptions['executionProviders']>[number];

/** Options with their defaults. */
export interface LoadOptions {
  onProgress: (progress: LoadProgress) => void;
  executionProviders: readonly ExecutionProvider[];
  threads: number;
  wasmPaths: WebEdgeOptions['wasmPaths'];
  fetch: typeof fetch;
}

/** Globals of a page that options depend on. */
export interface PageGlobals {
  crossOriginIsolated?: boolean;
  navigator?: { hardwareConcurrency?: number; gpu?: unknown };
}

const PROVIDERS: readonly ExecutionProvider[] = ['wasm', 'webgpu'];

/**
 * Checks the options of loading. Errors: EdgeError OPTIONS.
 * @param planned threads that the plan assumes: the default where onnxruntime can have more than one
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
    // Called without an object: `fetch` of a browser needs `globalThis` as its receiver.
    fetch: options.fetch ?? ((...request) => fetch(...request)),
  };
}
