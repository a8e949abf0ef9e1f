// Generated from schemas/explain.schema.json by scripts/generate-types.mjs; do not edit.

/**
 * Reasons to doubt the result, a sentence each.
 */
export type Warnings = string[];
/**
 * The nearest uplink at which the best plan has another cut; null if there is none in the searched range.
 */
export type Flip = {
  at: number;
  decision: 'split' | 'edge-only' | 'cloud-only';
  tensors: string[];
} | null;

/**
 * Output of `autosplit explain --json` for one build. All values in seconds, bytes and bits per second.
 */
export interface ExplainDocument {
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
   * The minimised quantity. `value`, `saved` and `lost` are in its unit: seconds, joules, US dollars, or none for a weighted sum.
   */
  objective: ('latency' | 'energy' | 'cost' | 'error' | 'throughput') | Objective;
  /**
   * Value of the objective.
   */
  value: number;
  plan: Alternative;
  /**
   * Producer and consumers of each crossing tensor, in the order of the plan.
   */
  crossing: {
    tensor: string;
    /**
     * The layer that writes it; null for an input of the model.
     */
    from: string | null;
    /**
     * Layers in the cloud that read it.
     */
    to: string[];
    /**
     * Bytes of the float tensor.
     */
    plainBytes: number;
  }[];
  limits: {
    memory?: Price;
    error?: Price;
    latency?: Price1;
    energy?: Price;
    cost?: Price;
    disk?: Price;
  };
  /**
   * The best plan with another cut.
   */
  next: {
    /**
     * Value of the objective.
     */
    value: number | null;
    plan: Alternative | null;
    /**
     * False if the search reached its work limit.
     */
    exact: boolean;
  };
  uplink: {
    configured: number;
    /**
     * @minItems 2
     * @maxItems 2
     */
    searched: [number, number];
    below: Flip;
    above: Flip;
  };
  /**
   * Layers with more weight bits than the fewest of any layer, by error per byte, descending.
   */
  bits: {
    layer: string;
    weightBits: number;
    /**
     * The next fewer bits. The following fields describe the plan with these bits in this layer only.
     */
    fewer: number;
    errorAdded: number;
    bytesSaved: number;
    secondsAdded: number;
    /**
     * Why fewer bits were not chosen. error: over the limit; latency: slower; objective: worse by another objective; unneeded: no gain, and memory suffices.
     */
    why: 'error' | 'latency' | 'objective' | 'unneeded';
  }[];
}
export interface Objective {
  latency?: number;
  energy?: number;
  cost?: number;
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
export interface Price {
  limit: number;
  used: number;
  /**
   * True if a plan without this limit would be better.
   */
  binding: boolean;
  /**
   * Change of the limit for `saved` and `lost`.
   */
  step: number;
  /**
   * Gain in the objective with `step` more.
   */
  saved: number;
  /**
   * Loss in the objective with `step` less; null if no plan remains.
   */
  lost: number | null;
  /**
   * The least limit with a gain, if `step` more has none.
   */
  first?: {
    limit: number;
    saved: number;
  };
  without: {
    saved: number;
    /**
     * Use of the best plan without this limit.
     */
    needed: number;
  };
}
/**
 * Never binding if latency is the objective.
 */
export interface Price1 {
  limit: number;
  used: number;
  /**
   * True if a plan without this limit would be better.
   */
  binding: boolean;
  /**
   * Change of the limit for `saved` and `lost`.
   */
  step: number;
  /**
   * Gain in the objective with `step` more.
   */
  saved: number;
  /**
   * Loss in the objective with `step` less; null if no plan remains.
   */
  lost: number | null;
  /**
   * The least limit with a gain, if `step` more has none.
   */
  first?: {
    limit: number;
    saved: number;
  };
  without: {
    saved: number;
    /**
     * Use of the best plan without this limit.
     */
    needed: number;
  };
}
