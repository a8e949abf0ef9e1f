import { packBits } from '../../numerics/pack.js';
import { readBytes } from '../../onnx/bytes.js';
import { writeModel } from '../../onnx/write.js';
import type { QuantizedSplit } from '../../quantize/index.js';
import { edgeTypes } from '../../runtime/edge-types.js';
import { embedSpec } from '../../runtime/embed.js';
import { concatBytes } from '../../runtime/gzip.js';
import { isImageEncoding } from '../../runtime/image.js';
import type { SplitSpec, WeightPart } from '../../runtime/spec.js';
import type { FileContent } from '../../util/files.js';
import { packageJson, runtimeCode, template } from '../shipped.js';

/** File names inside `edge/`. */
const MODEL = 'model.onnx';
const WEIGHTS = 'weights.bin';

/** The model files of an edge half, and what the runtime must know of them. */
export function edgeModelFiles(split: QuantizedSplit): { files: Map<string, FileContent>; spec: SplitSpec['edge'] } {
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

/** The rest of `edge/`: runtime, types, package.json, README. */
export function edgeRuntimeFiles(spec: SplitSpec): Map<string, FileContent> {
  const packages = [
    ...(spec.edge ? ['onnxruntime-node'] : []),
    ...(spec.wire.some((wire) => isImageEncoding(wire.encoding)) ? ['sharp'] : []),
  ];
  return new Map<string, FileContent>(
    [
      ['edge.mjs', embedSpec(runtimeCode('edge.mjs'), spec)],
      ['edge.d.mts', edgeTypes(spec)],
      ['package.json', packageJson(`${spec.name}-edge`, 'edge.mjs', packages)],
      ['README.md', template('edge/README.md', edgeWords(spec))],
    ].map(([name, text]) => [name, new TextEncoder().encode(text)]),
  );
}

const list = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ') || 'nothing';

function edgeWords(spec: SplitSpec): Record<string, string> {
  const ports = (direction: SplitSpec['inputs']) =>
    direction.map(({ name, dtype, shape }) => `| \`${name}\` | ${dtype} | ${shape.join(' x ') || 'scalar'} |`).join('\n');
  return {
    name: spec.name,
    computes: spec.edge
      ? `the layers up to ${list(spec.wire.length > 0 ? spec.wire.map((wire) => wire.name) : spec.edgeOutputs)}`
      : 'nothing: it encodes the input and sends it',
    needsCloud: spec.cloud ? 'It needs the cloud half of the same build.' : 'It needs no network: everything is computed here.',
    options: spec.cloud ? `{ cloud: 'http://127.0.0.1:8080', token: process.env.AUTOSPLIT_TOKEN }` : '',
    inputs: ports(spec.inputs),
    outputs: ports(spec.outputs),
    example: spec.inputs.map(({ name }) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : `'${name}': value`)).join(', '),
  };
}
