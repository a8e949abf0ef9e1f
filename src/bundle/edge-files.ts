import { packBits } from '../numerics/pack.js';
import { readBytes } from '../onnx/bytes.js';
import { writeModel } from '../onnx/write.js';
import type { QuantizedSplit } from '../quantize/index.js';
import { concatBytes } from '../runtime/gzip.js';
import type { SplitSpec, WeightPart } from '../runtime/spec.js';
import type { FileContent } from '../util/files.js';

/** File names inside `edge/`; the runtime for browsers names them in its source, for bundlers. */
const MODEL = 'model.onnx';
const WEIGHTS = 'weights.bin';

/** The files of an edge half for one target. */
export interface EdgeBundler {
  modelFiles(split: QuantizedSplit): { files: Map<string, FileContent>; spec: SplitSpec['edge'] };
  /** The rest of `edge/`: runtime, types, package.json, README. */
  runtimeFiles(spec: SplitSpec): Map<string, FileContent>;
}

/** The model files of an edge half, and what the runtime must know of them. */
export function onnxFiles(split: QuantizedSplit): { files: Map<string, FileContent>; spec: SplitSpec['edge'] } {
  if (!split.edge) return { files: new Map(), spec: undefined };
  const { model, weights } = split.edge;
  const bitsOf = new Map(weights.map(({ name, bits }) => [name, bits]));
  const { skeleton, external } = writeModel(model, { dataFile: WEIGHTS, threshold: 256 });
  const chunks: Uint8Array[] = [];
  const parts: WeightPart[] = [];
  let offset = 0;
  for (const { name, offset: unpackedOffset, source } of external) {
    const bits = bitsOf.get(name) ?? 'raw';
    const bytes = readBytes(source);
    const stored = bits === 'raw' ? bytes : packBits(bytes, bits);
    parts.push({ name, bits, offset, length: stored.length, unpackedOffset, unpackedLength: bytes.length });
    chunks.push(stored);
    offset += stored.length;
  }
  const files = new Map<string, FileContent>([
    [MODEL, skeleton],
    [WEIGHTS, concatBytes(chunks)],
  ]);
  return { files, spec: { model: MODEL, weights: { file: WEIGHTS, bytes: offset, parts }, inputs: split.edge.inputs } };
}
