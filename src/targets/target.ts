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
 * How an edge side is run on samples, to verify it before its bundle is put in place.
 * - `module`: a file of the side that exports `createEdge`, as the edge sides of autosplit do.
 * - `command`: a program and its arguments, started in the folder of the side. It reads one sample per line of standard
 *   input, `{ "INPUT": "base64" }` by input of the network. It answers each with a line on standard output,
 *   `{ "wire": { "TENSOR": "base64" }, "outputs": { "OUTPUT": "base64" } }`: the packed codes of each crossing tensor
 *   before any encoding, and the outputs of the network that the edge computes. Bytes are row-major and little-endian.
 *   The program `node` is the Node.js that runs autosplit.
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
   * Operators that run in float, by name (`DOMAIN.NAME` outside of ai.onnx). Layers with other operators stay in the
   * cloud.
   * @default 'all'
   */
  floatOperators?: 'all' | readonly string[];
  /** Bits of stored weights, 2 to 8. @default all */
  weightBits?: readonly number[];
  /**
   * How and where weights are held while the side runs. Time, energy and `edge.memory` are planned with it: a runtime
   * that multiplies packed weights straight from flash states `{ held: 'packed', in: 'flash' }`.
   * @default { held: 'int8', in: 'ram' }
   */
  weights?: HeldWeights;
  /**
   * Encodings of crossing tensors beside `raw`, of deflate, brotli, arithmetic, png, jpeg, webp.
   * @default none
   */
  encodings?: readonly string[];
  /** Packages that the project must have installed to run the side. @default none */
  packages?: readonly string[];
  /** Float kernels that the side runs: its codes are compared with those of the same kernels. @default 'native' */
  kernels?: 'native' | 'wasm';
  /** Makes the files of `edge/`. */
  files(side: EdgeSide): TargetFiles | Promise<TargetFiles>;
  /** @default the side is not run: onnxruntime runs its model instead, and the manifest says so */
  run?: EdgeRun;
}

/** A cloud target as its author states it. */
export interface CloudTargetDefinition {
  /** Lower case letters, digits and dashes; recorded in the manifest. */
  name: string;
  /** One line. */
  description: string;
  /**
   * Encodings that the server decodes beside `raw`, of deflate, brotli, arithmetic, png, jpeg, webp.
   * @default none
   */
  encodings?: readonly string[];
  /** Makes the files of `cloud/`. It is not called where the edge computes everything. */
  files(side: CloudSide): TargetFiles | Promise<TargetFiles>;
  /**
   * A program and its arguments, started in the folder of the side. It serves the Open Inference Protocol v2 on a free
   * port of this machine and prints `listening on http://HOST:PORT` once it listens. The program `node` is the Node.js
   * that runs autosplit.
   * @default the side is not run: onnxruntime runs its model instead, and the manifest says so
   */
  serve?: readonly string[];
}

/** An edge target with its defaults filled in. */
export type EdgeTarget = EdgeCapabilities & Pick<EdgeTargetDefinition, 'files' | 'run'>;
/** A cloud target with its defaults filled in. */
export type CloudTarget = CloudCapabilities & Pick<CloudTargetDefinition, 'files' | 'serve'>;

export interface Targets {
  edge: EdgeTarget;
  cloud: CloudTarget;
}

/** Fills in the defaults of an edge target, the default export of a package that `edge.target` names. Checks nothing. */
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

/** Fills in the defaults of a cloud target, the default export of a package that `cloud.target` names. Checks nothing. */
export const defineCloudTarget = (definition: CloudTargetDefinition): CloudTarget => ({
  encodings: [],
  ...definition,
  side: 'cloud',
});
