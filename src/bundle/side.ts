import { packBits } from '../numerics/pack.js';
import { readBytes } from '../onnx/bytes.js';
import type { Model } from '../onnx/graph.js';
import { writeModel } from '../onnx/write.js';
import type { QuantizedSplit } from '../quantize/index.js';
import type { SplitSpec, WeightPart } from '../runtime/spec.js';
import { concatBytes } from '../runtime/types.js';
import { requestLimit } from '../runtime/wire/wire.js';
import type { EdgeCapabilities } from '../targets/capabilities.js';
import type { SideModel } from '../targets/side.js';

/** File names of a shipped model. The runtime for browsers has them as literals, which bundlers look for. */
const MODEL = 'model.onnx';
const WEIGHTS = 'weights.bin';

/** The model of the edge side with packed weights, and the description that its runtime needs to load it. */
export function edgeModel(
  { edge }: QuantizedSplit,
  { kernels }: Pick<EdgeCapabilities, 'kernels'>,
): { model: SideModel; spec: NonNullable<SplitSpec['edge']> } | undefined {
  if (!edge) return undefined;
  const bitsOf = new Map(edge.weights.map(({ name, bits }) => [name, bits]));
  const { skeleton, external } = writeModel(edge.model, { dataFile: WEIGHTS, threshold: 256 });
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
  const files = { [MODEL]: skeleton, [WEIGHTS]: concatBytes(chunks) };
  return {
    model: { files, onnx: () => wholeModel(edge.model) },
    spec: {
      model: MODEL,
      weights: { file: WEIGHTS, bytes: offset, parts },
      inputs: edge.inputs,
      ...(kernels === 'wasm' && { modelBytes: skeleton.length }),
    },
  };
}

/** The model of the cloud side. Float weights are copied as byte ranges and not decoded. */
export function cloudModel({
  cloud,
  wire,
}: QuantizedSplit): { model: SideModel; spec: NonNullable<SplitSpec['cloud']> } | undefined {
  if (!cloud) return undefined;
  const { skeleton, external } = writeModel(cloud.model, { dataFile: WEIGHTS });
  const files = { [MODEL]: skeleton, ...(external.length > 0 && { [WEIGHTS]: external }) };
  return {
    model: { files, onnx: () => wholeModel(cloud.model) },
    spec: { model: MODEL, files: external.length > 0 ? [WEIGHTS] : [], maxRequestBytes: requestLimit(wire) },
  };
}

/** The model with its weights in one file. */
const wholeModel = (model: Model): Uint8Array => writeModel(model, { externalize: false }).skeleton;
