import { checkOptions, createEdgeOf, type Edge, type EdgeOptions } from './edge.js';
import { loadEdgeModel } from './edge-model.js';
import { EdgeError } from './errors.js';
import type { SplitSpec } from './spec.js';

/** Replaced by the split when a bundle is generated. */
declare const __AUTOSPLIT_SPEC__: SplitSpec;

const spec = __AUTOSPLIT_SPEC__;

/** Loads the edge half that lies beside this file. */
export async function createEdge(options: EdgeOptions = {}): Promise<Edge> {
  const client = checkOptions(spec, options);
  const model = await loadEdgeModel(spec, new URL('./', import.meta.url), options.threads ?? 1);
  return createEdgeOf(spec, model, client);
}

export { EdgeError };
