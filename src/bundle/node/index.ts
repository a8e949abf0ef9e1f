import { writeModel } from '../../onnx/write.js';
import type { QuantizedSplit } from '../../quantize/index.js';
import { embedSpec } from '../../runtime/embed.js';
import { isImageEncoding } from '../../runtime/image.js';
import type { SplitSpec } from '../../runtime/spec.js';
import { requestLimit } from '../../runtime/wire.js';
import type { FileContent } from '../../util/files.js';
import { packageJson, runtimeCode, template } from '../shipped.js';

const MODEL = 'model.onnx';
const WEIGHTS = 'weights.bin';
/** The model files of a cloud half: float weights are copied by byte ranges, never re-encoded. */
export function cloudModelFiles(split: QuantizedSplit): { files: Map<string, FileContent>; spec: SplitSpec['cloud'] } {
  if (!split.cloud) return { files: new Map(), spec: undefined };
  const { skeleton, external } = writeModel(split.cloud.model, { dataFile: WEIGHTS });
  const files = new Map<string, FileContent>([[MODEL, skeleton]]);
  if (external.length > 0) files.set(WEIGHTS, external);
  return { files, spec: { model: MODEL, files: external.length > 0 ? [WEIGHTS] : [], maxRequestBytes: requestLimit(split.wire) } };
}

/** The rest of `cloud/`: server, package.json, README. */
export function cloudRuntimeFiles(spec: SplitSpec): Map<string, FileContent> {
  const packages = ['fastify', 'onnxruntime-node', ...(spec.wire.some((wire) => isImageEncoding(wire.encoding)) ? ['sharp'] : [])];
  const rows = spec.wire
    .map(({ name, bits, encoding, packedBytes }) => `| \`${name}\` | ${bits} | ${encoding} | ${packedBytes} |`)
    .join('\n');
  return new Map<string, FileContent>(
    [
      ['server.mjs', embedSpec(runtimeCode('server.mjs'), spec)],
      ['package.json', packageJson(`${spec.name}-cloud`, 'server.mjs', packages)],
      ['README.md', template('cloud/README.md', { name: spec.name, tensors: rows })],
    ].map(([name, text]) => [name, new TextEncoder().encode(text)]),
  );
}
