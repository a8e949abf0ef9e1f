// Generated from schemas/explain.schema.json by scripts/generate-types.mjs; do not edit.

/**
 * What makes the result doubtful, a sentence each.
 */
export type Warnings = string[];
/**
 * The nearest uplink at which the best plan has another cut; null where there is none in the range searched.
 */
export type Flip = {
  at: number;
  decision: 'split' | 'edge-only' | 'cloud-only';
  tensors: string[];
} | null;

/**
 * What `autosplit explain --json` prints for one build. Seconds, bytes and bits per second throughout.
 */
export interface ExplainDocument {
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
   * What was made as small as possible; `value`, `saved` and `lost` are in its unit: seconds, joules, US dollars, or none for a weighted sum.
   */
  objective: ('latency' | 'energy' | 'cost' | 'error' | 'throughput') | Objective;
  /**
   * What the plan has of the objective.
   */
  value: number;
  plan: Alternative;
  /**
   * The crossing tensors of the plan in its order, and the layers on either side.
   */
  crossing: {
    tensor: string;
    /**
     * The layer that makes it; null for an input of the network.
     */
    from: string | null;
    /**
     * Layers in the cloud that read it.
     */
    to: string[];
    /**
     * As the float network makes it.
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
   * The best plan by which other tensors cross.
   */
  next: {
    /**
     * What it has of the objective.
     */
    value: number | null;
    plan: Alternative | null;
    /**
     * False where the search for it was cut short.
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
   * Layers kept at more weight bits than the fewest of any, the most error per byte first.
   */
  bits: {
    layer: string;
    weightBits: number;
    /**
     * The next fewer bits; what follows is the plan with them in this layer alone.
     */
    fewer: number;
    errorAdded: number;
    bytesSaved: number;
    secondsAdded: number;
    /**
     * error: over the limit; latency: slower; objective: worse in another objective; unneeded: no better, and memory has room.
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
export interface Price {
  limit: number;
  used: number;
  /**
   * Some plan is better without the limit.
   */
  binding: boolean;
  /**
   * By how much the limit is moved for `saved` and `lost`.
   */
  step: number;
  /**
   * Of the objective, saved with `step` more.
   */
  saved: number;
  /**
   * Of the objective, lost with `step` less; null where no plan is left.
   */
  lost: number | null;
  /**
   * The least limit that saves anything, where `step` more does not.
   */
  first?: {
    limit: number;
    saved: number;
  };
  without: {
    saved: number;
    /**
     * What the best plan would use.
     */
    needed: number;
  };
}
/**
 * It cannot bind where the latency itself is the objective.
 */
export interface Price1 {
  limit: number;
  used: number;
  /**
   * Some plan is better without the limit.
   */
  binding: boolean;
  /**
   * By how much the limit is moved for `saved` and `lost`.
   */
  step: number;
  /**
   * Of the objective, saved with `step` more.
   */
  saved: number;
  /**
   * Of the objective, lost with `step` less; null where no plan is left.
   */
  lost: number | null;
  /**
   * The least limit that saves anything, where `step` more does not.
   */
  first?: {
    limit: number;
    saved: number;
  };
  without: {
    saved: number;
    /**
     * What the best plan would use.
     */
    needed: number;
  };
}
