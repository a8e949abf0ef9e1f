// Generated from schemas/compare.schema.json by scripts/generate-types.mjs; do not edit.

/**
 * Reasons to doubt the result, a sentence each.
 */
export type Warnings = string[];
/**
 * null if no plan is within the limits.
 */
export type CutName = {
  decision: 'split' | 'edge-only' | 'cloud-only';
  /**
   * Names of the crossing tensors.
   */
  tensors: string[];
} | null;

/**
 * Output of `autosplit compare --json` for one build. All values in seconds, bytes and bits per second.
 */
export interface CompareDocument {
  version: 1;
  build: string;
  /**
   * True if the plan was chosen by measured accuracy. Its predicted error is then the error limit.
   */
  measured: boolean;
  /**
   * `measured`: the accuracy of the plan was measured, now or by an earlier run. `predicted`: the plan was chosen by the predicted error and never run.
   */
  accuracySource?: 'measured' | 'predicted';
  warnings?: Warnings;
  /**
   * The uplink of the config, in bits per second.
   */
  uplink: number;
  /**
   * Why no plan meets the constraints of the config. Only with a sweep; `methods` then lacks autosplit.
   */
  infeasible?: string;
  /**
   * The plan of autosplit first, then the other methods, all by the same accounting.
   */
  methods: Method[];
  sweep?: Sweep;
}
export interface Method {
  name: string;
  plan: Alternative;
  edgeLayers: number;
  /**
   * Number of edge layers by weight bits; 32 for float.
   */
  weightBits: {
    bits: number;
    layers: number;
  }[];
  /**
   * Latency over that of autosplit; null if autosplit has no plan or no latency.
   */
  speedup: number | null;
}
export interface Alternative {
  /**
   * Also `cloud-only` if the edge only slices, reshapes or quantizes the input; `cut` then names what it sends.
   */
  decision: 'split' | 'edge-only' | 'cloud-only';
  cut: CrossingTensor[];
  latency: Latency;
  edge: EdgeUse;
  error: ErrorUse;
  /**
   * null if the edge device or the link states no energy.
   */
  energy: EnergyUse | null;
  /**
   * null if the cloud device states no price.
   */
  cost: CostUse | null;
  /**
   * `measured`: the accuracy of the plan was measured, now or by an earlier run. `predicted`: the plan was chosen by the predicted error and never run.
   */
  accuracySource?: 'measured' | 'predicted';
  feasible: boolean;
  accuracy?: Accuracy;
  /**
   * Limits that this plan breaks.
   */
  violated?: string[];
}
export interface CrossingTensor {
  tensor: string;
  shape: number[];
  bits: number;
  encoding: string;
  /**
   * Encoded bytes, the mean over the samples.
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
   * Seconds of encoding on the edge and decoding in the cloud, by the rates of the encoding; included in latency.edge and latency.cloud.
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
  /**
   * Predicted size of the edge side's model on disk, which is also its download: packed weights and the graph.
   */
  disk: {
    /**
     * Packed weights at the planned bits, with scales and biases.
     */
    weights: number;
    graph: number;
    total: number;
    limit: number | null;
  };
  /**
   * RAM: weights as the target holds them while it runs, and the peak of live activations.
   */
  memory: {
    weights: number;
    activations: number;
    total: number;
    limit: number | null;
  };
}
export interface ErrorUse {
  /**
   * The error model that was used. `relative` also replaces an `output` that would take minutes to measure.
   */
  model: 'output' | 'relative' | 'mse';
  total: number;
  limit: number | null;
}
/**
 * Joules of one inference on the edge.
 */
export interface EnergyUse {
  /**
   * Of the layers, in addition to idle power.
   */
  edge: number;
  /**
   * Of sending and receiving, in addition to idle power.
   */
  radio: number;
  /**
   * Idle power over the whole inference; 0 if the device states none.
   */
  idle: number;
  total: number;
  limit: number | null;
}
/**
 * US dollars of one inference.
 */
export interface CostUse {
  /**
   * Time of the cloud device at its price.
   */
  cloud: number;
  /**
   * Bytes over the link at its price; 0 if it states none.
   */
  network: number;
  total: number;
  limit: number | null;
}
/**
 * Measured accuracy. Absent if the plan was not measured; see `error` for the prediction.
 */
export interface Accuracy {
  /**
   * Name of the metric or path of a module. Without labels `agreement`, `detections` or `fidelity`, which compare with the float model.
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
  /**
   * Verdict on the limit; `inconclusive` if the interval contains the limit.
   */
  verdict?: 'holds' | 'fails' | 'inconclusive';
  /**
   * Whether the plan counts as keeping the limit.
   */
  accepted?: boolean;
  /**
   * What decided: `interval`, `mean`, or, with few samples, `outputs`.
   */
  basis?: string;
  /**
   * If inconclusive: about how many samples are needed.
   */
  samplesNeeded?: number;
  /**
   * Share of samples with the answer of the float model, if the outputs hold a single decision.
   */
  sameAnswers?: number;
  /**
   * Expected drop, estimated from the change of class scores.
   */
  expectedDrop?: number;
}
export interface Sweep {
  /**
   * uplink in bits per second, memory in bytes, error as the planner sums it (`constraints.error`).
   */
  parameter: 'uplink' | 'memory' | 'error';
  /**
   * Value in the config; null if it sets none.
   */
  configured: number | null;
  points: {
    value: number;
    /**
     * null if no plan is within the limits. A plan that breaks only the latency limit is not `feasible`.
     */
    plan: Alternative | null;
    /**
     * Latency of cloud-only; null if it is impossible or breaks a limit.
     */
    cloudOnly: number | null;
    edgeOnly: number | null;
    accuracy?: Accuracy1;
  }[];
  /**
   * Values at which the cut of the fastest plan changes, ascending.
   */
  changes: {
    at: number;
    from: CutName;
    to: CutName;
  }[];
}
/**
 * Measured drop of the plan: with --measured and a sweep of the error.
 */
export interface Accuracy1 {
  /**
   * Name of the metric or path of a module. Without labels `agreement`, `detections` or `fidelity`, which compare with the float model.
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
  /**
   * Verdict on the limit; `inconclusive` if the interval contains the limit.
   */
  verdict?: 'holds' | 'fails' | 'inconclusive';
  /**
   * Whether the plan counts as keeping the limit.
   */
  accepted?: boolean;
  /**
   * What decided: `interval`, `mean`, or, with few samples, `outputs`.
   */
  basis?: string;
  /**
   * If inconclusive: about how many samples are needed.
   */
  samplesNeeded?: number;
  /**
   * Share of samples with the answer of the float model, if the outputs hold a single decision.
   */
  sameAnswers?: number;
  /**
   * Expected drop, estimated from the change of class scores.
   */
  expectedDrop?: number;
}
