import type { Edge } from '../edge/api.js';
import { checkOptions, createEdgeOf } from '../edge/edge.js';
import { EdgeError } from '../errors.js';
import type { SplitSpec } from '../spec.js';
import type { WebEdgeOptions } from './api.js';

/** Replaced by the split when a bundle is generated. */
declare const __AUTOSPLIT_SPEC__: SplitSpec;

const spec = __AUTOSPLIT_SPEC__;

/**
 * Loads the edge side of a cloud-only split. This module names neither files nor onnxruntime-web, so that bundlers look
 * for none.
 */
export async function createEdge(options: WebEdgeOptions = {}): Promise<Edge> {
  return createEdgeOf(spec, undefined, checkOptions(spec, options));
}

export { EdgeError };
