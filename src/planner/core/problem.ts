/**
 * The planning problem as plain data: no stage of the pipeline is imported here, so that a problem can be
 * assembled from a profiled model or read from CSV tables alike.
 */

/** One way to run a layer on the edge. */
export interface EdgeOption {
  /**
   * Bits of the stored weights; 32 where the layer runs in float. Layers without weights carry their activation bits
   * only.
   */
  weightBits: number;
  /** Bits of the output tensors while they live on the edge; 32 where the layer runs in float. */
  activationBits: number;
  seconds: number;
  /** What running the layer takes beside the idle power of the device, in joules; 0 unless given. */
  joules?: number;
  /** Bytes that weights, scales and biases take of the edge memory while the model runs. */
  weightBytes: number;
  /** Bytes that the layer takes on disk, and of a download; `weightBytes` unless given. */
  diskBytes?: number;
  /** D_w(weightBits) + D_a(activationBits) of this layer, Auto-Split section "Problem". */
  error: number;
}

export interface PlanningLayer {
  name: string;
  /** Tensor indices read, without repetition; may be empty for generators. */
  inputs: number[];
  /** Tensor indices made. */
  outputs: number[];
  /** `edge` or `cloud` pins the layer to that side. */
  placement: 'either' | 'edge' | 'cloud';
  /** The layer only moves or re-codes values: a plan with nothing else on the edge is `cloud-only`. */
  moves?: boolean;
  /** Empty where the edge cannot run the layer (then `placement` is `cloud`). */
  options: EdgeOption[];
  cloudSeconds: number;
  /** Error of the layer as the cloud runs it, 0 unless given: the paper's tables charge its 16-bit arithmetic. */
  cloudError?: number;
}

/** One way to send a tensor over the link. */
export interface WireOption {
  bits: number;
  /** `raw` (bit-packed codes), `deflate`, or for an input its own codec (`png`, `jpeg:90`). */
  encoding: string;
  /** Encoded size in bytes as it travels. */
  bytes: number;
  /** Error added by sending at these bits. */
  error: number;
  /** What coding takes on the edge, and undoing it in the cloud; 0 unless given. */
  encodeSeconds?: number;
  decodeSeconds?: number;
  /**
   * A lossy picture encoding and its quality; absent where only fewer bits lose information. Predicted errors of
   * options with different losses cannot be compared.
   */
  loss?: string;
  /** Where set, this option exists only while the producer's activationBits equal it. */
  activationBits?: number;
}

export interface PlanningTensor {
  name: string;
  elements: number;
  /** Layer index, or -1 for a graph input. */
  producer: number;
  /** True for an output of the whole network. */
  isOutput: boolean;
  /**
   * Bits per element while a graph input lives on the edge; ignored for other tensors (their producer's activationBits
   * count).
   */
  inputBits?: number;
  /** How it can cross; empty where it must not cross (then both sides of it stay together). */
  wire: WireOption[];
  /** Bytes when the cloud sends it back (outputs only). */
  downlinkBytes?: number;
  /**
   * Layer index above the producer's, for `cuts: 'prefixes'` only: the tensor exists once this layer too is on the
   * edge. A pool behind a concatenation is such a case: it can run on the edge as soon as the last branch is there, at
   * the bits of each branch.
   */
  availableFrom?: number;
}

export interface PlanningLink {
  /** Paid once as soon as anything travels: rtt plus per-message overhead. */
  fixedSeconds: number;
  secondsPerByteUp: number;
  secondsPerByteDown: number;
  /** What the radio of the edge takes beside the idle power of the device; 0 unless given. */
  fixedJoules?: number;
  joulesPerByteUp?: number;
  joulesPerByteDown?: number;
}

/** What time costs beside time, for energy and money; 0 unless given. */
export interface PlanningRates {
  /** Power in watts that the edge takes from the start of an inference to its end. */
  idleWatts?: number;
  /** US dollars per second of the cloud device. */
  cloudDollarsPerSecond?: number;
  /** US dollars per byte over the link. */
  dollarsPerByteUp?: number;
  dollarsPerByteDown?: number;
}

/**
 * What is made as small as possible: seconds, joules on the edge, US dollars or error of one inference; `throughput`:
 * the seconds between two inferences where edge, link and cloud work on different ones, which is the longest of the
 * three; or a weighted sum, the weights being per second, per joule and per dollar.
 */
export type PlanningObjective =
  | 'latency'
  | 'energy'
  | 'cost'
  | 'throughput'
  | 'error'
  | { latency?: number; energy?: number; cost?: number };

export interface PlanningLimits {
  /** Bytes for weights plus live activations on the edge. */
  memoryBytes?: number;
  error?: number;
  latencySeconds?: number;
  /** Joules on the edge of one inference. */
  energyJoules?: number;
  /** US dollars of one inference. */
  costDollars?: number;
  /** Bytes of the edge half on disk. */
  diskBytes?: number;
}

export interface PlanningProblem {
  /** In execution order (topological). */
  layers: PlanningLayer[];
  tensors: PlanningTensor[];
  link: PlanningLink;
  rates?: PlanningRates;
  /** @default 'latency' */
  objective?: PlanningObjective;
  /** Where the outputs are wanted. */
  deliver: 'edge' | 'cloud';
  limits: PlanningLimits;
  /**
   * `live`: peak over execution steps of the bytes of all live tensors (inputs live from the start, crossing tensors
   * and outputs until the end). `largest`: the largest single tensor, inputs included, as in Auto-Split's own
   * accounting.
   */
  activationMemory: 'live' | 'largest';
  /** `closed`: every predecessor-closed set of layers; `prefixes`: prefixes of the given order only. */
  cuts: 'closed' | 'prefixes';
  /** Where set, exactly these tensors cross, or this is what the plan is called (decision.ts). */
  pinned?: { crossing: number[] } | { decision: 'edge-only' | 'cloud-only' };
}

/** What the planner decides. */
export interface PlanAssignment {
  /** edge[i]: layer i runs on the edge. Closed under predecessors. */
  edge: boolean[];
  /** Index into `layers[i].options` for edge layers, -1 for cloud layers. */
  option: number[];
  /** Index into `tensors[t].wire` for crossing tensors, -1 for the others. */
  wire: number[];
}

/** An assignment with its cost, all from one accounting function. */
export interface PlannedCost {
  decision: 'split' | 'edge-only' | 'cloud-only';
  /** Crossing tensor indices, ascending. */
  crossing: number[];
  latency: { edge: number; transfer: number; cloud: number; total: number };
  memory: { weights: number; activations: number; total: number };
  /** Bytes of the edge half on disk. */
  disk: number;
  /** Anything crosses or comes back. */
  travels: boolean;
  uplinkBytes: number;
  downlinkBytes: number;
  /** Joules on the edge: of its layers, of its radio, and of its idle power from start to end. */
  energy: { edge: number; radio: number; idle: number; total: number };
  /** US dollars of the cloud device and of the link. */
  cost: { cloud: number; network: number; total: number };
  error: number;
}

export interface Plan extends PlannedCost {
  assignment: PlanAssignment;
}

export interface Solution {
  /** The plan of least objective within the limits; undefined where none is. */
  best: Plan | undefined;
  /** Why there is none, in words a user can act on. */
  infeasible?: { reason: string; constraint: LimitName | 'structure'; needed?: number; limit?: number };
  /** Proven, in the unit of the objective: no plan within the limits has less. gap = (best - lowerBound) / best. */
  optimality: { lowerBound: number; gap: number };
}

/** See limits.ts. */
export type LimitName = 'memory' | 'error' | 'latency' | 'energy' | 'cost' | 'disk';
