import type { Inference } from '../inference/session.js';
import { quantizeAffine } from '../numerics/affine.js';
import { codeMap } from '../numerics/code-map.js';
import { packedLength } from '../numerics/pack.js';
import type { ActivationQuantizer } from '../numerics/range.js';
import { bitsOf } from '../onnx/element.js';
import { codedLengths } from '../runtime/codecs/index.js';
import { packCodes } from '../runtime/wire/payload.js';
import type { SampleSet } from '../samples/open.js';
import { spreadIndices } from '../util/spread.js';
import type { TensorProfile } from './profile.js';
import { type EncodedSizes, encodedSize, fixedSizes, inputSamples, measuredEncodings } from './sizes.js';

/**
 * Bytes to encode in total, shared evenly between tensors: a tensor is measured on as many samples as fit its share,
 * and on at least one.
 */
const BUDGET_BYTES = 24 * 2 ** 20;
const MAX_SAMPLES = 16;
/** Sum of the usual bit-widths. The number of samples must not depend on the widths that a config asks for. */
const USUAL_BITS = 2 + 3 + 4 + 5 + 6 + 8;

export interface PayloadTensor {
  name: string;
  shape: number[];
  elements: number;
  /** Bytes of an element, for tensors that travel unquantized; undefined for float32 tensors, which travel as codes. */
  plainBytes?: number;
  quantizers: ReadonlyMap<number, ActivationQuantizer>;
  /** Bit-widths to measure; for a tensor that travels unquantized, that of its type. */
  bits: readonly number[];
}

/** What to measure of a tensor that may cross; undefined for one that cannot. */
export function payloadTensor(
  { name, shape, elements, quantizers, dtype }: TensorProfile,
  wireBits: readonly number[],
): PayloadTensor | undefined {
  if (dtype === 'float32')
    return quantizers.size > 0 ? { name, shape, elements, quantizers, bits: wireBits } : undefined;
  const bits = bitsOf(dtype) ?? 0;
  return bits >= 8 ? { name, shape, elements, quantizers, bits: [bits], plainBytes: bits / 8 } : undefined;
}

/**
 * Number of samples on which each tensor is measured.
 * @param tensors all tensors that are measured, which share the work
 * @param moved tensors that only reshape or reorder an input: they are measured on as many samples as the input, so
 * that the two can be compared
 */
export function payloadSamples(
  tensors: readonly PayloadTensor[],
  samples: number,
  moved: ReadonlySet<string> = new Set(),
): Map<string, number> {
  const share = BUDGET_BYTES / Math.max(1, tensors.length);
  const most = Math.min(MAX_SAMPLES, samples);
  const bytes = ({ elements, plainBytes }: PayloadTensor) => elements * (plainBytes ?? USUAL_BITS / 8);
  const count = (tensor: PayloadTensor) =>
    moved.has(tensor.name)
      ? inputSamples(tensor.elements, samples)
      : Math.max(1, Math.min(most, Math.floor(share / bytes(tensor))));
  return new Map(tensors.map((tensor) => [tensor.name, count(tensor)]));
}

/**
 * Sizes by tensor, bits and encoding, over evenly spread samples, encoded by the code of edge sides.
 * @param counts number of samples by tensor ({@link payloadSamples})
 */
export async function payloadSizes(
  inference: Pick<Inference, 'run'>,
  samples: SampleSet,
  tensors: readonly PayloadTensor[],
  counts: ReadonlyMap<string, number>,
  onProgress: (done: number, of: number) => void,
): Promise<Map<string, Map<number, EncodedSizes>>> {
  const turns = new Map<number, PayloadTensor[]>();
  for (const tensor of tensors)
    for (const sample of spreadIndices(samples.count, counts.get(tensor.name) ?? 0))
      turns.set(sample, [...(turns.get(sample) ?? []), tensor]);
  const measured = new Map(tensors.map((tensor) => [tensor.name, new Map<string, number[]>()]));
  const ordered = [...turns].sort(([a], [b]) => a - b);
  for (const [done, [sample, current]] of ordered.entries()) {
    const feeds = await samples.load(sample);
    const results = await inference.run(
      feeds,
      current.map(({ name }) => name),
    );
    for (const tensor of current) {
      const sizes = measured.get(tensor.name);
      for (const [bits, encoding, length] of await lengths(tensor, results[tensor.name].data)) {
        const key = `${bits} ${encoding}`;
        sizes?.set(key, [...(sizes.get(key) ?? []), length]);
      }
    }
    onProgress(done + 1, ordered.length);
  }
  return new Map(tensors.map((tensor) => [tensor.name, sizesOf(tensor, measured.get(tensor.name) ?? new Map())]));
}

function sizesOf(
  { elements }: PayloadTensor,
  measured: ReadonlyMap<string, readonly number[]>,
): Map<number, EncodedSizes> {
  const sizes = new Map<number, EncodedSizes>();
  for (const [key, list] of measured) {
    const [bits, encoding] = key.split(' ');
    const width = Number(bits);
    const known = sizes.get(width) ?? new Map(fixedSizes(packedLength(elements, width)));
    sizes.set(width, known.set(encoding, encodedSize(list)));
  }
  return sizes;
}

/** Bits, encoding and length of one sample in each encoding that has to be measured. */
async function lengths(tensor: PayloadTensor, data: ArrayBufferView): Promise<[number, string, number][]> {
  const { name, shape, plainBytes, quantizers } = tensor;
  const encoded = async (wire: { bits: number; scale?: number[]; zeroPoint?: number[] }, bytes: Uint8Array) => {
    const coded = { name, shape, packedBytes: bytes.length, ...wire };
    const found = await codedLengths(coded, bytes, measuredEncodings(coded));
    return found.map(([encoding, length]): [number, string, number] => [wire.bits, encoding, length]);
  };
  if (plainBytes !== undefined)
    return encoded({ bits: plainBytes * 8 }, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  const quantizer = quantizers.get(8);
  if (!quantizer) return [];
  const codes = quantizeAffine(data as Float32Array, quantizer.scale, quantizer.zeroPoint, 8);
  const all: [number, string, number][] = [];
  for (const bits of tensor.bits) {
    const wire = quantizers.get(bits) ?? quantizer;
    const map = bits !== 8 ? codeMap(quantizer, wire) : undefined;
    const packed = packCodes(codes, bits, map);
    all.push(...(await encoded({ bits, scale: [wire.scale], zeroPoint: [wire.zeroPoint] }, packed)));
  }
  return all;
}
