import { availableParallelism } from 'node:os';
import { EdgeError } from '../errors.js';
import type { SplitSpec } from '../spec.js';
import type { Edge, EdgeOptions } from './api.js';
import { checkOptions, createEdgeOf } from './edge.js';
import { loadEdgeModel } from './edge-model.js';

/** Replaced by the split when a bundle is generated. */
declare const __AUTOSPLIT_SPEC__: SplitSpec;

const spec = __AUTOSPLIT_SPEC__;

/** Loads the edge side that lies beside this file. */
export async function createEdge(options: EdgeOptions = {}): Promise<Edge> {
  const client = checkOptions(spec, options);
  const model = await loadEdgeModel(spec, new URL('./', import.meta.url), options.threads ?? plannedThreads());
  return createEdgeOf(spec, model, client);
}

/** Threads as planned for the device, at most those of the machine. */
const plannedThreads = () => Math.min(spec.edge?.threads ?? 1, availableParallelism());

export { EdgeError };
