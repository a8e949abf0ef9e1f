import { INTEGER_OPERATORS } from '../ops/index.js';
import type { FileContent } from '../util/files.js';
import { type CloudCapabilities, type EdgeCapabilities, type HeldWeights, WEIGHT_BITS } from './capabilities.js';
import type { CloudSide, EdgeSide } from './side.js';

/**
 * The files of a side by path inside its folder, with forward slashes: text, bytes, or a content of {@link
 * SideModel.files} as it is. The same side must always give the same bytes.
 */
export type TargetFiles = Record<string, string | FileContent>;

/**
 * How an edge side is run on samples before its bundle is put in place.
 * - `module`: a file of the side that exports `createEdge`, as the edge sides of autosplit do;
 * - `command`: a program and its arguments, started in the folder of the side. Each line on its standard input is a
 * sample,
 *   `{ "INPUT": "base64" }` by input of the model; each line that it answers on standard output is
 * `{ "wire": { "TENSOR": "base64" }, "outputs": { "OUTPUT": "base64" } }`: packed codes of each crossing tensor, before
 * any encoding,
 * and what the edge computes of the outputs of the network. Bytes are row-major and little-endian. The program `node`
 * is the one that
 *   runs autosplit.
 */
export type EdgeRun = { module: string } | { command: readonly string[] };

/** An edge target as its author states it. */
export interface EdgeTargetDefinition {
  /** Lower case letters, digits and dashes; recorded in the manifest. */
  name: string;
  /** One line. */
  description: string;
  /** Operators of ai.onnx that run on 8-bit codes; others run in float. @default all that autosplit quantizes */
  operators?: readonly string[];
  /**
   * Operators that run in float, by name (`DOMAIN.NAME` outside of ai.onnx). A layer that needs another one is kept in
   * the cloud.
   * @default 'all'
   */
  floatOperators?: 'all' | readonly string[];
  /** Bits that weights may be stored with, of 2 to 8. @default all */
  weightBits?: readonly number[];
  /**
   * How weights are held while the side runs, and where; time, energy and `edge.memory` are planned by it. A runtime
   * that multiplies packed weights and keeps them in flash states `{ held: 'packed', in: 'flash' }`. @default { held:
   * 'int8', in: 'ram' }
   */
  weights?: HeldWeights;
  /**
   * What crossing tensors may be encoded as beside `raw`: deflate, brotli, arithmetic, png, jpeg, webp. @default none
   */
  encodings?: readonly string[];
  /** Packages that must be installed in the project for its side to be run. @default none */
  packages?: readonly string[];
  /** Whose float kernels its side runs: codes are compared with those of the same kernels. @default 'native' */
  kernels?: 'native' | 'wasm';
  /** Makes the files of `edge/`. */
  files(side: EdgeSide): TargetFiles | Promise<TargetFiles>;
  /** @default it is not run: onnxruntime runs its model in its place, and the manifest says so */
  run?: EdgeRun;
}

/** A cloud target as its author states it. */
export interface CloudTargetDefinition {
  /** Lower case letters, digits and dashes; recorded in the manifest. */
  name: string;
  /** One line. */
  description: string;
  /**
   * Encodings of crossing tensors that it undoes beside `raw`: deflate, brotli, arithmetic, png, jpeg, webp. @default
   * none
   */
  encodings?: readonly string[];
  /** Makes the files of `cloud/`. Not called where the edge computes everything. */
  files(side: CloudSide): TargetFiles | Promise<TargetFiles>;
  /**
   * A program and its arguments, started in the folder of the side: a server of the Open Inference Protocol v2 on a
   * free port of this machine, which prints `listening on http://HOST:PORT` once it listens. The program `node` is the
   * one that runs autosplit.
   * @default it is not run: onnxruntime runs its model in its place, and the manifest says so
   */
  serve?: readonly string[];
}

/** An edge target with nothing left open. */
export type EdgeTarget = EdgeCapabilities & Pick<EdgeTargetDefinition, 'files' | 'run'>;
/** A cloud target with nothing left open. */
export type CloudTarget = CloudCapabilities & Pick<CloudTargetDefinition, 'files' | 'serve'>;

export interface Targets {
  edge: EdgeTarget;
  cloud: CloudTarget;
}

/**
 * An edge target: what the default export of a package is for `edge.target` to name it. It is checked where it is used.
 */
export const defineEdgeTarget = (definition: EdgeTargetDefinition): EdgeTarget => ({
  operators: INTEGER_OPERATORS,
  floatOperators: 'all',
  weightBits: WEIGHT_BITS,
  weights: { held: 'int8', in: 'ram' },
  encodings: [],
  packages: [],
  kernels: 'native',
  ...definition,
  side: 'edge',
});

/**
 * A cloud target: what the default export of a package is for `cloud.target` to name it. It is checked where it is
 * used.
 */
export const defineCloudTarget = (definition: CloudTargetDefinition): CloudTarget => ({
  encodings: [],
  ...definition,
  side: 'cloud',
});
