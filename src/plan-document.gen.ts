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
  /**
   * The plans of the front that were quantized and run, fastest first; the plan itself is among them.
   */
  measured?: MeasuredPoint[];
  optimality: {
    /**
     * No plan within the limits of the search is faster.
     */
    lowerBound: number;
    /**
     * (total - lowerBound) / total.
     */
    gap: number;
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
  /**
   * Median of the encoded bytes over the samples.
   */
  p50: number;
  /**
   * 95th percentile of the encoded bytes over the samples.
   */
  p95: number;
  /**
   * Encoding and decoding by the stated rate of the encoding; part of latency.transfer.
   */
  codingSeconds: number;
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
   * top1, top5 or the path of a module; without labels `agreement` with the float network's top-1, or `fidelity` to its outputs.
   */
  metric: string;
  samples: number;
  float: number;
  quantized: number;
  drop: number;
  limit: number | null;
  /**
   * 95 % confidence interval of the drop, from the paired samples.
   *
   * @minItems 2
   * @maxItems 2
   */
  interval: [number, number];
}
export interface MeasuredPoint {
  decision: Decision;
  cut: CrossingTensor[];
  latency: Latency;
  edge: EdgeUse;
  error: ErrorUse;
  feasible: boolean;
  accuracy: Accuracy;
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
