// Generated from schemas/plan.schema.json by scripts/generate-types.mjs; do not edit.

export type Decision = 'split' | 'edge-only' | 'cloud-only';

/**
 * What `autosplit plan --json` prints for one build. Seconds and bytes throughout.
 */
export interface PlanDocument {
  version: 1;
  build: string;
  model: {
    /**
     * Relative to the config file, with forward slashes.
     */
    path: string;
    sha256: string;
    /**
     * Layers after fusion.
     */
    layers: number;
    parameters: number;
    /**
     * Multiply-accumulates of one sample.
     */
    macs: number;
  };
  decision: Decision;
  /**
   * Crossing tensors.
   */
  cut: CrossingTensor[];
  latency: Latency;
  edge: EdgeUse;
  error: ErrorUse;
  accuracy?: Accuracy;
  optimality: {
    /**
     * No plan within the limits of the search is faster.
     */
    lowerBound: number;
    /**
     * (total - lowerBound) / total.
     */
    gap: number;
    /**
     * By whom, where it is not the planner's own search.
     */
    solver?: 'highs';
  };
  layers: {
    name: string;
    op: string;
    placement: 'edge' | 'cloud';
    /**
     * null in the cloud and for layers without weights; 32 where the layer runs in float on the edge.
     */
    weightBits: number | null;
    activationBits: number | null;
    macs: number;
    /**
     * At the planned bits, or at the widest for a layer that is not on the edge; null where the edge cannot run it.
     */
    edgeSeconds: number | null;
    cloudSeconds: number;
  }[];
  /**
   * What other methods choose, by the same accounting: the names are those of `compare`. Those that break a limit are marked; those that the network or its bits do not allow are missing.
   */
  baselines: {
    'cloud-only'?: Alternative;
    'edge-only'?: Alternative;
    [k: string]: Alternative | undefined;
  };
  frontier: Alternative[];
}
export interface CrossingTensor {
  tensor: string;
  shape: number[];
  bits: number;
  encoding: string;
  /**
   * Encoded, the mean over the samples.
   */
  bytes: number;
}
export interface Latency {
  edge: number;
  transfer: number;
  cloud: number;
  total: number;
}
export interface EdgeUse {
  memory: {
    weights: number;
    activations: number;
    total: number;
    limit: number | null;
  };
}
export interface ErrorUse {
  model: 'relative' | 'mse';
  total: number;
  limit: number | null;
}
export interface Accuracy {
  /**
   * top1, top5, the path of a module, or `fidelity` where there are no labels.
   */
  metric: string;
  samples: number;
  float: number;
  quantized: number;
  drop: number;
  limit: number | null;
}
export interface Alternative {
  decision: Decision;
  cut: CrossingTensor[];
  latency: Latency;
  edge: EdgeUse;
  error: ErrorUse;
  feasible: boolean;
  /**
   * Limits that this alternative breaks.
   */
  violated?: string[];
}
