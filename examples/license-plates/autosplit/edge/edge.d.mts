/** Inputs of the network. */
export interface Inputs {
  /** 1 x 3 x 64 x 192 */
  "image": Float32Array | Tensor<Float32Array>;
}

/** Outputs of the network, whichever side computes them. */
export interface Outputs {
  /** 1 x 35 x 24 */
  "logits": Float32Array;
}

/** A typed array with its dimensions, which are then checked. */
export interface Tensor<T> {
  data: T;
  dims: readonly number[];
}

export interface EdgeOptions {
  /** Address of the cloud side, e.g. `http://127.0.0.1:8080`. */
  cloud: string;
  /** Bearer token, the AUTOSPLIT_TOKEN of the cloud side. */
  token?: string;
  /** Threads of the edge model. @default 1, as planned, or as many as the machine has */
  threads?: number;
  /** Seconds that one request may take, retries included. @default 30 */
  timeoutSeconds?: number;
  /** Sends nothing but what every server of the protocol takes, such as Triton: codes packed, in gzip at most. @default false */
  standard?: boolean;
  /** Replaces the global `fetch`. */
  fetch?: typeof fetch;
}

/** Seconds of one inference by stage. */
export interface Timings {
  edge: number;
  encode: number;
  transfer: number;
  cloud: number;
  decode: number;
  total: number;
}

export interface Edge {
  /** Runs the whole network. */
  infer(inputs: Inputs, options?: { signal?: AbortSignal }): Promise<{ outputs: Outputs; timings: Timings }>;
  /** Runs the edge side alone: what would travel before compression, by tensor name, and the outputs that the edge computes. */
  encode(inputs: Inputs): Promise<{ payload: Record<string, Uint8Array>; outputs: Partial<Outputs> }>;
  /** Ends what runs and frees the edge model. */
  close(): Promise<void>;
  readonly metadata: {
    name: string;
    decision: 'split' | 'edge-only' | 'cloud-only';
    digest: string;
    inputs: { name: string; dtype: string; shape: number[] }[];
    outputs: { name: string; dtype: string; shape: number[] }[];
  };
}

/** What this module throws; `message` says what to do. */
export class EdgeError extends Error {
  readonly code:
    | 'INPUT'
    | 'BUNDLE'
    | 'OPTIONS'
    | 'UNREACHABLE'
    | 'TIMEOUT'
    | 'UNAUTHORIZED'
    | 'DIGEST'
    | 'BUSY'
    | 'SERVER'
    | 'CLOSED';
  readonly status: number | undefined;
}

/** Loads the edge side that lies beside this file. */
export function createEdge(options: EdgeOptions): Promise<Edge>;
