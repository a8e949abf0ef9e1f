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
  /** Address of the cloud side, e.g. `http://127.0.0.1:8080`; not used where the edge computes everything. */
  cloud: string;
  /** Bearer token, the AUTOSPLIT_TOKEN of the cloud side. */
  token?: string;
  /** Threads of the edge model. @default what createEdge says, or as many as there are */
  threads?: number;
  /** Seconds that one request may take, retries included. @default 30 */
  timeoutSeconds?: number;
  /** Sends only what every server of the protocol takes, such as Triton: packed codes, compressed by gzip at most. @default false */
  standard?: boolean;
  /** Replaces the global `fetch`. */
  fetch?: typeof fetch;
}

/** Seconds of one inference by stage. */
export interface Timings {
  /** The edge model. */
  edge: number;
  /** Quantizing inputs, packing and compressing. */
  encode: number;
  /** On the link: the request without what the cloud side reports as its own time. */
  transfer: number;
  /** In the cloud side, from the last byte of the request to the first of the answer; 0 where the server does not report it. */
  cloud: number;
  /** Reading the answer. */
  decode: number;
  total: number;
}

export interface Edge {
  /** Runs the whole network. */
  infer(inputs: Inputs, options?: { signal?: AbortSignal }): Promise<{ outputs: Outputs; timings: Timings }>;
  /** Runs the edge side alone: packed codes by crossing tensor, before compression, and the outputs that the edge computes. */
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

export type EdgeErrorCode =
  /** An input is missing, unknown, or of the wrong type or length. */
  | 'INPUT'
  /** The bundle is broken: a file is missing, too short, or does not fit its split. */
  | 'BUNDLE'
  /** An option of `createEdge` is wrong or missing. */
  | 'OPTIONS'
  /** No connection to the cloud side. */
  | 'UNREACHABLE'
  /** The cloud side did not answer in time. */
  | 'TIMEOUT'
  /** The token is missing or wrong. */
  | 'UNAUTHORIZED'
  /** The cloud side was generated from another split. */
  | 'DIGEST'
  /** The cloud side has too many requests waiting. */
  | 'BUSY'
  /** The cloud side refused the request or failed. */
  | 'SERVER'
  /** `close()` was called, or the caller's signal was aborted. */
  | 'CLOSED';

/** What this module throws; `message` says what to do. */
export interface EdgeError extends Error {
  readonly code: EdgeErrorCode;
  /** HTTP status, where the cloud side answered. */
  readonly status: number | undefined;
}

export class EdgeError extends Error {}

/** How far loading is. */
export interface LoadProgress {
  /** `download`: model and weights, in bytes; `unpack`: weights, in bytes; `start`: onnxruntime, its WebAssembly and the session, 0 or 1 of 1. */
  stage: 'download' | 'unpack' | 'start';
  loaded: number;
  total: number;
}

export interface EdgeOptions {
  /** Told how far loading is. */
  onProgress?: (progress: LoadProgress) => void;
  /** What runs the edge model, first choice first; WebGPU is passed over where the browser has none. @default ['wasm'] */
  executionProviders?: readonly ('wasm' | 'webgpu')[];
  /** Folder of model.onnx, weights.bin and unpack-worker.mjs. @default the folder of this module */
  assets?: string | URL;
  /**
   * Folder of onnxruntime-web's ort-wasm-*.mjs and .wasm (ends in /), or the address of each. More than one thread needs
   * it, and a page that is cross-origin isolated. @default where onnxruntime-web lies
   */
  wasmPaths?: string | { mjs?: string; wasm?: string };
}

/** Loads the edge side that lies beside this file, by default with 4 threads as planned, or 1 without `wasmPaths`. */
export function createEdge(options: EdgeOptions): Promise<Edge>;
