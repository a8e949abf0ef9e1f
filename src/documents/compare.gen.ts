// Generated from schemas/compare.schema.json by scripts/generate-types.mjs; do not edit.

/**
 * What makes the result doubtful, a sentence each.
 */
export type Warnings = string[];
/**
 * null where no plan is within the limits.
 */
export type CutName = {
  decision: 'split' | 'edge-only' | 'cloud-only';
  /**
   * Names of the crossing tensors.
   */
  tensors: string[];
} | null;

/**
 * What `autosplit compare --json` prints for one build. Seconds, bytes and bits per second throughout.
 */
export interface CompareDocument {
  version: 1;
  build: string;
  /**
   * True where the plan was chosen by measured accuracy; its error is then the limit.
   */
  measured: boolean;
  /**
   * `measured`: the plan was chosen by measured accuracy. `predicted`: by the summed error, and nothing was run.
   */
  accuracySource?: 'measured' | 'predicted';
  warnings?: Warnings;
  /**
   * Of the config, in bits per second.
   */
  uplink: number;
  /**
   * Why no plan meets the constraints of the config itself, where only a sweep was asked for; `methods` then lack autosplit.
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
   * How many edge layers have their weights at how many bits; 32 where they run in float.
   */
  weightBits: {
    bits: number;
    layers: number;
  }[];
  /**
   * Its latency over that of autosplit; null where autosplit takes no time or has no plan.
   */
  speedup: number | null;
}
export interface Alternative {
  /**
   * `cloud-only` too where the edge only moves or re-codes the input (slices, reshapes, quantizes): `cut` then names what travels.
   */
  decision: 'split' | 'edge-only' | 'cloud-only';
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
  /**
   * `measured`: the plan was chosen by measured accuracy. `predicted`: by the summed error, and nothing was run.
   */
  accuracySource?: 'measured' | 'predicted';
  feasible: boolean;
  accuracy?: Accuracy;
  /**
   * Limits that this alternative breaks.
   */
  violated?: string[];
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
export interface Sweep {
  /**
   * uplink in bits per second, memory in bytes, error as the planner sums it (`constraints.error`).
   */
  parameter: 'uplink' | 'memory' | 'error';
  /**
   * Its value in the config; null where that sets none.
   */
  configured: number | null;
  points: {
    value: number;
    /**
     * null where no plan is within the limits. Not feasible where it breaks the latency limit alone.
     */
    plan: Alternative | null;
    /**
     * Its latency; null where it is not possible or breaks a limit.
     */
    cloudOnly: number | null;
    edgeOnly: number | null;
    accuracy?: Accuracy1;
  }[];
  /**
   * Where the fastest plan has another cut, going up.
   */
  changes: {
    at: number;
    from: CutName;
    to: CutName;
  }[];
}
/**
 * With --measured and a sweep of the error: what this plan really loses.
 */
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
