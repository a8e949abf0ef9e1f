import type { Edge } from '../edge/api.js';
import { checkOptions, createEdgeOf } from '../edge/edge.js';
import { EdgeError } from '../errors.js';
import type { SplitSpec } from '../spec.js';
import type { WebEdgeOptions } from './api.js';
import { type BundleFiles, loadWebModel } from './edge-model.js';
import { loadOptions, type PageGlobals } from './options.js';
import type { WorkerLike } from './worker.js';

/** Replaced by the split when a bundle is generated. */
declare const __AUTOSPLIT_SPEC__: SplitSpec;
declare const Worker: new (url: URL, options: { type: 'module' }) => WorkerLike;

const spec = __AUTOSPLIT_SPEC__;

/** Loads the edge side that lies beside this file. */
export async function createEdge(options: WebEdgeOptions = {}): Promise<Edge> {
  const client = checkOptions(spec, options);
  const model =
    spec.edge &&
    (await loadWebModel(
      spec.edge,
      filesIn(options.assets),
      loadOptions(options, globalThis as PageGlobals, spec.edge.threads),
    ));
  return createEdgeOf(spec, model, client);
}

/** Files of the bundle. Bundlers find them by the literal form `new URL("...", import.meta.url)`. */
function filesIn(assets: string | URL | undefined): BundleFiles {
  if (assets === undefined)
    return {
      model: new URL('./model.onnx', import.meta.url),
      weights: new URL('./weights.bin', import.meta.url),
      startWorker: () => new Worker(new URL('./unpack-worker.mjs', import.meta.url), { type: 'module' }),
    };
  const at = (file: string) => new URL(file, new URL(`${String(assets).replace(/\/*$/, '')}/`, import.meta.url));
  const worker = at('unpack-worker.mjs');
  return {
    model: at('model.onnx'),
    weights: at('weights.bin'),
    startWorker: () => new Worker(worker, { type: 'module' }),
  };
}

export { EdgeError };
