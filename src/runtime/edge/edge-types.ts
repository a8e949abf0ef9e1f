import type { Port, SplitSpec } from '../spec.js';
import { arrayName } from '../types.js';

/** What starts where nobody says otherwise, in words. */
const planned = ({ edge }: SplitSpec) => String(edge?.threads ?? 1);

/** Text of `edge.d.ts`: what the compiled edge-entry.ts exports, for Node.js or browsers, with the ports of this split as literal keys. */
export function edgeTypes(spec: SplitSpec, platform: 'node' | 'browser'): string {
  const isEdgeOnly = spec.decision === 'edge-only';
  return `/** Inputs of the network. */
export interface Inputs {
${ports(spec.inputs, (array) => `${array} | Tensor<${array}>`)}
}

/** Outputs of the network, whichever side computes them. */
export interface Outputs {
${ports(spec.outputs, (array) => array)}
}

/** A typed array with its dimensions, which are then checked. */
export interface Tensor<T> {
  data: T;
  dims: readonly number[];
}

export interface EdgeOptions {
  /** Address of the cloud side, e.g. \`http://127.0.0.1:8080\`${isEdgeOnly ? '; not used, the edge computes everything' : ''}. */
  cloud${isEdgeOnly ? '?' : ''}: string;
  /** Bearer token, the AUTOSPLIT_TOKEN of the cloud side. */
  token?: string;
${platform === 'browser' ? browserOptions(planned(spec)) : nodeOptions(planned(spec))}  /** Seconds that one request may take, retries included. @default 30 */
  timeoutSeconds?: number;
  /** Sends nothing but what every server of the protocol takes, such as Triton: codes packed, in gzip at most. @default false */
  standard?: boolean;
  /** Replaces the global \`fetch\`. */
  fetch?: typeof fetch;
}

${platform === 'browser' ? PROGRESS : ''}/** Seconds of one inference by stage. */
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

/** What this module throws; \`message\` says what to do. */
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
export function createEdge(options${isEdgeOnly ? '?' : ''}: EdgeOptions): Promise<Edge>;
`;
}

const nodeOptions = (
  threads: string,
) => `  /** Threads of the edge model. @default ${threads}, as planned, or as many as the machine has */
  threads?: number;
`;

const browserOptions = (
  threads: string,
) => `  /** Threads of the edge model; 1 where the page is not cross-origin isolated. More need \`wasmPaths\`. @default ${threads} with \`wasmPaths\`, as planned, else 1 */
  threads?: number;
  /** Told how far loading is. */
  onProgress?: (progress: LoadProgress) => void;
  /** What runs the edge model, first choice first; WebGPU is passed over where the browser has none. @default ['wasm'] */
  executionProviders?: readonly ('wasm' | 'webgpu')[];
  /** Folder of model.onnx, weights.bin and unpack-worker.mjs. @default the folder of this module */
  assets?: string | URL;
  /** Folder of onnxruntime-web's ort-wasm-*.mjs and .wasm (ends in /), or the address of each. @default where onnxruntime-web lies */
  wasmPaths?: string | { mjs?: string; wasm?: string };
`;

const PROGRESS = `/** How far loading is. */
export interface LoadProgress {
  /** \`download\`: model and weights, in bytes; \`unpack\`: weights, in bytes; \`start\`: onnxruntime, its WebAssembly and the session, 0 or 1 of 1. */
  stage: 'download' | 'unpack' | 'start';
  loaded: number;
  total: number;
}

`;

function ports(list: readonly Port[], type: (array: string) => string): string {
  return list
    .map(({ name, dtype, shape }) => {
      const note = dtype === 'float16' ? ', bit patterns of float16' : dtype === 'bool' ? ', 0 or 1' : '';
      return `  /** ${shape.join(' x ') || 'scalar'}${note} */\n  ${JSON.stringify(name)}: ${type(arrayName(dtype))};`;
    })
    .join('\n');
}
