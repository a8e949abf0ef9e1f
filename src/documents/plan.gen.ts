// Generated from schemas/plan.schema.json by scripts/generate-types.mjs; do not edit.

/**
 * `cloud-only` too where the edge only moves or re-codes the input (slices, reshapes, quantizes): `cut` then names what travels.
 */
export type Decision = 'split' | 'edge-only' | 'cloud-only';
/**
 * `measured`: the plan was chosen by measured accuracy. `predicted`: by the summed error, and nothing was run.
 */
export type AccuracySource = 'measured' | 'predicted';
/**
 * What makes the result doubtful, a sentence each.
 */
export type Warnings = string[];

/**
 * What `autosplit plan --json` prints for one build. Seconds, bytes, joules and US dollars throughout.
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
   * What was made as small as possible: latency, energy, cost, throughput (the time between two inferences), or a sum with weights per second, joule and US dollar.
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
   * null where edge device or link do not state what they take.
   */
  energy: EnergyUse | null;
  /**
   * null where the cloud device states no price.
   */
  cost: CostUse | null;
  accuracy?: Accuracy;
  accuracySource?: AccuracySource;
  certificate?: Certificate;
  warnings?: Warnings;
  trace?: Trace;
  effort: Effort;
  /**
   * The plans of the front that were quantized and run, fastest first; the plan itself is among them.
   */
  measured?: MeasuredPoint[];
  optimality: {
    /**
     * In the unit of the objective (seconds for latency): no plan within the limits of the search is lower.
     */
    lowerBound: number;
    /**
     * (objective - lowerBound) / objective.
     */
    gap: number;
    /**
     * The cut was given by `split`: the bound is of plans of that cut.
     */
    pinned?: true;
    /**
     * By whom, where it is not the planner's own search.
     */
    solver?: 'highs';
  };
  layers: {
    name: string;
    op: string;
    /**
     * Tensors read, weights not among them.
     */
    inputs: string[];
    outputs: string[];
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
    /**
     * As edgeSeconds, beside the idle power of the device; null where the device does not state it.
     */
    edgeJoules: number | null;
    cloudSeconds: number;
    /**
     * RAM that weights, scales and biases take as the target holds them; null in the cloud.
     */
    weightBytes: number | null;
    /**
     * Packed weights, scales and biases on disk; null in the cloud.
     */
    diskBytes: number | null;
    /**
     * All activations that the edge holds while the layer runs; null in the cloud.
     */
    liveBytes: number | null;
    /**
     * Its share of the error, in the unit of `error.total`; null in the cloud.
     */
    error: number | null;
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
  /**
   * The best plan of each cut along the network, from everything in the cloud to everything on the edge; the plan itself is among them.
   */
  candidates: Candidate[];
  /**
   * How the inputs of the network and the crossing tensors could travel.
   */
  payload: PayloadOptions[];
}
export interface Objective {
  latency?: number;
  energy?: number;
  cost?: number;
}
/**
 * The link that was planned with.
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
   * Encoding on the edge and decoding in the cloud, by the stated rate of the encoding; part of latency.edge and latency.cloud.
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
   * The model of the edge side on disk, and so of a download: packed weights and the graph. Predicted.
   */
  disk: {
    /**
     * At the bits of the plan, with scales and biases.
     */
    weights: number;
    graph: number;
    total: number;
    limit: number | null;
  };
  /**
   * RAM, or the memory that stands for it: weights as the target holds them while it runs, and the peak of live activations.
   */
  memory: {
    weights: number;
    activations: number;
    total: number;
    limit: number | null;
  };
}
/**
 * Whether what is generated runs on what was planned with.
 */
export interface Deployable {
  /**
   * False where the edge side does not run on the edge device.
   */
  edge: boolean;
  /**
   * False where the cloud side starts other hardware than that of the prediction.
   */
  cloud: boolean;
  reasons: {
    edge?: string;
    cloud?: string;
  };
}
export interface ErrorUse {
  /**
   * What is summed; `relative` also where what the outputs lose could not be measured in reasonable time.
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
   * Of its layers, beside idle power.
   */
  edge: number;
  /**
   * Of what is sent and received, beside idle power.
   */
  radio: number;
  /**
   * Idle power from the start of an inference to its end; 0 where the device states none.
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
   * Seconds of the cloud device at its price.
   */
  cloud: number;
  /**
   * Bytes over the link at its price; 0 where it states none.
   */
  network: number;
  total: number;
  limit: number | null;
}
/**
 * Measured. Absent where it is only predicted, by `error`.
 */
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
  /**
   * What the samples tell of the limit: `inconclusive` where the interval reaches over it.
   */
  verdict?: 'holds' | 'fails' | 'inconclusive';
  /**
   * Whether the plan is taken to keep the limit.
   */
  accepted?: boolean;
  /**
   * What decided: `interval`, `mean`, or `outputs` where there are few samples.
   */
  basis?: string;
  /**
   * Where inconclusive: about how many samples would tell.
   */
  samplesNeeded?: number;
  /**
   * Share of samples whose answer is that of the float network, where outputs hold a single decision.
   */
  sameAnswers?: number;
  /**
   * Drop that the movement of class-like outputs lets expect.
   */
  expectedDrop?: number;
}
/**
 * What the claim that no faster plan holds the accuracy rests on. A family is a cut with the encoding of its input.
 */
export interface Certificate {
  /**
   * False where a budget ended the search.
   */
  complete: boolean;
  families: number;
  /**
   * Families of which plans were measured.
   */
  measured: number;
  /**
   * Families that may hold a faster plan and were not measured.
   */
  untried: number;
  /**
   * The same in a sentence.
   */
  statement: string;
}
/**
 * The latency of the plan over a recorded uplink, started at any moment of it, all moments alike.
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
 * How much work the plan was worth, and what was left out of it.
 */
export interface Effort {
  level: 'fast' | 'normal' | 'best';
  /**
   * In words; empty where nothing was.
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
   * null where edge device or link do not state what they take.
   */
  energy: EnergyUse | null;
  /**
   * null where the cloud device states no price.
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
  /**
   * What the samples tell of the limit: `inconclusive` where the interval reaches over it.
   */
  verdict?: 'holds' | 'fails' | 'inconclusive';
  /**
   * Whether the plan is taken to keep the limit.
   */
  accepted?: boolean;
  /**
   * What decided: `interval`, `mean`, or `outputs` where there are few samples.
   */
  basis?: string;
  /**
   * Where inconclusive: about how many samples would tell.
   */
  samplesNeeded?: number;
  /**
   * Share of samples whose answer is that of the float network, where outputs hold a single decision.
   */
  sameAnswers?: number;
  /**
   * Drop that the movement of class-like outputs lets expect.
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
   * null where edge device or link do not state what they take.
   */
  energy: EnergyUse | null;
  /**
   * null where the cloud device states no price.
   */
  cost: CostUse | null;
  accuracySource?: AccuracySource;
  feasible: boolean;
  accuracy?: Accuracy2;
  /**
   * Limits that this alternative breaks.
   */
  violated?: string[];
}
/**
 * Measured. Absent where it is only predicted, by `error`.
 */
export interface Accuracy2 {
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
  /**
   * What the samples tell of the limit: `inconclusive` where the interval reaches over it.
   */
  verdict?: 'holds' | 'fails' | 'inconclusive';
  /**
   * Whether the plan is taken to keep the limit.
   */
  accepted?: boolean;
  /**
   * What decided: `interval`, `mean`, or `outputs` where there are few samples.
   */
  basis?: string;
  /**
   * Where inconclusive: about how many samples would tell.
   */
  samplesNeeded?: number;
  /**
   * Share of samples whose answer is that of the float network, where outputs hold a single decision.
   */
  sameAnswers?: number;
  /**
   * Drop that the movement of class-like outputs lets expect.
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
   * null where edge device or link do not state what they take.
   */
  energy: EnergyUse | null;
  /**
   * null where the cloud device states no price.
   */
  cost: CostUse | null;
  accuracySource?: AccuracySource;
  feasible: boolean;
  accuracy?: Accuracy3;
  /**
   * Limits that this alternative breaks.
   */
  violated?: string[];
  /**
   * Layers on the edge.
   */
  edgeLayers: number;
  /**
   * It is the plan itself.
   */
  chosen: boolean;
}
/**
 * Measured. Absent where it is only predicted, by `error`.
 */
export interface Accuracy3 {
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
  /**
   * What the samples tell of the limit: `inconclusive` where the interval reaches over it.
   */
  verdict?: 'holds' | 'fails' | 'inconclusive';
  /**
   * Whether the plan is taken to keep the limit.
   */
  accepted?: boolean;
  /**
   * What decided: `interval`, `mean`, or `outputs` where there are few samples.
   */
  basis?: string;
  /**
   * Where inconclusive: about how many samples would tell.
   */
  samplesNeeded?: number;
  /**
   * Share of samples whose answer is that of the float network, where outputs hold a single decision.
   */
  sameAnswers?: number;
  /**
   * Drop that the movement of class-like outputs lets expect.
   */
  expectedDrop?: number;
}
export interface PayloadOptions {
  tensor: string;
  shape: number[];
  /**
   * An input of the network.
   */
  input: boolean;
  /**
   * As the float network holds it.
   */
  plainBytes: number;
  options: {
    bits: number;
    encoding: string;
    /**
     * Encoded, the mean over the samples.
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
     * What sending it so adds to the error.
     */
    error: number;
    chosen: boolean;
  }[];
}
