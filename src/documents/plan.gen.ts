// Generated from schemas/plan.schema.json by scripts/generate-types.mjs; do not edit.

/**
 * Also `cloud-only` if the edge only slices, reshapes or quantizes the input; `cut` then names what it sends.
 */
export type Decision = 'split' | 'edge-only' | 'cloud-only';
/**
 * `measured`: the accuracy of the plan was measured, now or by an earlier run. `predicted`: the plan was chosen by the predicted error and never run.
 */
export type AccuracySource = 'measured' | 'predicted';
/**
 * Reasons to doubt the result, a sentence each.
 */
export type Warnings = string[];

/**
 * Output of `autosplit plan --json` for one build. All values in seconds, bytes, joules and US dollars.
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
  /**
   * The minimised quantity: latency, energy, cost, error, throughput (the time between two inferences), or a sum with weights per second, joule and US dollar.
   */
  objective: ('latency' | 'energy' | 'cost' | 'error' | 'throughput') | Objective;
  link: Link;
  decision: Decision;
  /**
   * Crossing tensors.
   */
  cut: CrossingTensor[];
  latency: Latency;
  edge: EdgeUse;
  deployable: Deployable;
  error: ErrorUse;
  /**
   * null if the edge device or the link states no energy.
   */
  energy: EnergyUse | null;
  /**
   * null if the cloud device states no price.
   */
  cost: CostUse | null;
  accuracy?: Accuracy;
  accuracySource?: AccuracySource;
  certificate?: Certificate;
  warnings?: Warnings;
  trace?: Trace;
  effort: Effort;
  /**
   * The plans that were quantized and run, fastest first, including the plan itself.
   */
  measured?: MeasuredPoint[];
  optimality: {
    /**
     * Lower bound of the objective, in its unit, over all plans within the limits.
     */
    lowerBound: number;
    /**
     * (objective - lowerBound) / objective.
     */
    gap: number;
    /**
     * True if `split` gives the cut. The bound then covers plans with that cut only.
     */
    pinned?: true;
    /**
     * The solver, if it is not the planner's own search.
     */
    solver?: 'highs';
  };
  layers: {
    name: string;
    op: string;
    /**
     * Tensors read, without weights.
     */
    inputs: string[];
    outputs: string[];
    placement: 'edge' | 'cloud';
    /**
     * null in the cloud and for layers without weights; 32 for a float layer on the edge.
     */
    weightBits: number | null;
    activationBits: number | null;
    macs: number;
    /**
     * Time on the edge at the planned bits, for a cloud layer at the most bits; null if the edge cannot run the layer.
     */
    edgeSeconds: number | null;
    /**
     * Energy as for edgeSeconds, in addition to idle power; null if the device does not state it.
     */
    edgeJoules: number | null;
    cloudSeconds: number;
    /**
     * RAM of weights, scales and biases as the target holds them; null in the cloud.
     */
    weightBytes: number | null;
    /**
     * Packed weights, scales and biases on disk; null in the cloud.
     */
    diskBytes: number | null;
    /**
     * Live activations while the layer runs on the edge; null in the cloud.
     */
    liveBytes: number | null;
    /**
     * Contribution of the layer to `error.total`; null in the cloud.
     */
    error: number | null;
  }[];
  /**
   * Plans of other methods by the same accounting, by the names of `compare`. Plans that break a limit have `violated`; methods that do not apply to the model are missing.
   */
  baselines: {
    'cloud-only'?: Alternative;
    'edge-only'?: Alternative;
    [k: string]: Alternative | undefined;
  };
  frontier: Alternative[];
  /**
   * The best plan of each cut along the model, from cloud-only to edge-only, including the plan itself.
   */
  candidates: Candidate[];
  /**
   * Encodings of the model's inputs and of the crossing tensors.
   */
  payload: PayloadOptions[];
}
export interface Objective {
  latency?: number;
  energy?: number;
  cost?: number;
}
/**
 * The link at the planned percentile.
 */
export interface Link {
  /**
   * Bits per second.
   */
  uplink: number;
  downlink: number;
  /**
   * Seconds.
   */
  rtt: number;
  /**
   * As `link.percentile` in the config: 95 is a bad day, 50 the median.
   */
  percentile: number;
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
/**
 * Whether the generated sides run on the planned hardware.
 */
export interface Deployable {
  /**
   * False if the edge side does not run on the edge device.
   */
  edge: boolean;
  /**
   * False if the cloud side runs on other hardware than planned.
   */
  cloud: boolean;
  reasons: {
    edge?: string;
    cloud?: string;
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
/**
 * The evidence that no faster plan keeps the accuracy limit. A family is a cut with an encoding of its input.
 */
export interface Certificate {
  /**
   * False if a budget ended the search.
   */
  complete: boolean;
  families: number;
  /**
   * Number of families with measured plans.
   */
  measured: number;
  /**
   * Number of unmeasured families that may contain a faster plan.
   */
  untried: number;
  /**
   * The certificate in a sentence.
   */
  statement: string;
}
/**
 * Latency of the plan over a recorded uplink, for a start at a uniformly random moment.
 */
export interface Trace {
  /**
   * Relative to the config file, with forward slashes.
   */
  file: string;
  /**
   * Length of the trace.
   */
  seconds: number;
  mean: number;
  p50: number;
  p95: number;
  p99: number;
}
/**
 * The effort of the plan, and what it skipped.
 */
export interface Effort {
  level: 'fast' | 'normal' | 'best';
  /**
   * Skipped steps in words.
   */
  skipped: string[];
}
export interface MeasuredPoint {
  decision: Decision;
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
  accuracySource?: AccuracySource;
  feasible: boolean;
  /**
   * Limits that this plan breaks.
   */
  violated?: string[];
  accuracy: Accuracy1;
}
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
export interface Alternative {
  decision: Decision;
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
  accuracySource?: AccuracySource;
  feasible: boolean;
  accuracy?: Accuracy2;
  /**
   * Limits that this plan breaks.
   */
  violated?: string[];
}
/**
 * Measured accuracy. Absent if the plan was not measured; see `error` for the prediction.
 */
export interface Accuracy2 {
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
export interface Candidate {
  decision: Decision;
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
  accuracySource?: AccuracySource;
  feasible: boolean;
  accuracy?: Accuracy3;
  /**
   * Limits that this plan breaks.
   */
  violated?: string[];
  /**
   * Layers on the edge.
   */
  edgeLayers: number;
  /**
   * True for the plan itself.
   */
  chosen: boolean;
}
/**
 * Measured accuracy. Absent if the plan was not measured; see `error` for the prediction.
 */
export interface Accuracy3 {
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
export interface PayloadOptions {
  tensor: string;
  shape: number[];
  /**
   * True for an input of the model.
   */
  input: boolean;
  /**
   * Bytes of the float tensor.
   */
  plainBytes: number;
  options: {
    bits: number;
    encoding: string;
    /**
     * Encoded bytes, the mean over the samples.
     */
    bytes: number;
    /**
     * Median over the samples.
     */
    p50: number;
    /**
     * 95th percentile over the samples.
     */
    p95: number;
    /**
     * Predicted error added by this encoding.
     */
    error: number;
    chosen: boolean;
  }[];
}
