import type { Inference } from '../inference/session.js';
import { quantizeAffine } from '../numerics/affine.js';
import { codeMap } from '../numerics/code-map.js';
import { packBits, packedLength } from '../numerics/pack.js';
import type { ActivationQuantizer } from '../numerics/range.js';
import { roundSignificant, SIZE_BITS } from '../numerics/round.js';
import { deflateBytes } from '../runtime/gzip.js';
import type { SampleSet } from '../samples/open.js';
import type { PayloadBytes } from './profile.js';

/** Bytes deflated at most, over all samples: enough for a stable mean, and seconds of work. */
const BUDGET_BYTES = 128 * 2 ** 20;
const MOST_SAMPLES = 8;

export interface PayloadTensor {
  name: string;
  elements: number;
  /** Bytes of an element of a tensor that travels as it is; undefined for float32 tensors, which travel as codes. */
  plainBytes?: number;
  quantizers: ReadonlyMap<number, ActivationQuantizer>;
  /** Bit-widths to measure. */
  bits: readonly number[];
}

/** Mean encoded size of each tensor at each bit-width, over evenly spread samples. */
export async function payloadSizes(
  inference: Inference,
  samples: SampleSet,
  tensors: readonly PayloadTensor[],
  onProgress: (done: number, of: number) => void,
): Promise<Map<string, Map<number, PayloadBytes>>> {
  const perSample = tensors.reduce(
    (sum, tensor) => sum + tensor.elements * (tensor.plainBytes ?? tensor.bits.reduce((a, b) => a + b, 0) / 8),
    0,
  );
  const count = Math.max(1, Math.min(MOST_SAMPLES, samples.count, Math.floor(BUDGET_BYTES / Math.max(1, perSample))));
  const sums = new Map(tensors.map((tensor) => [tensor.name, new Map<number, number>()]));
  const names = tensors.map((tensor) => tensor.name);
  for (let i = 0; i < count && names.length > 0; i++) {
    const feeds = await samples.load(Math.floor((i * samples.count) / count));
    const results = await inference.run(feeds, names);
    for (const tensor of tensors) {
      const deflated = sums.get(tensor.name);
      for (const [bits, size] of deflatedSizes(tensor, results[tensor.name].data)) deflated?.set(bits, (deflated.get(bits) ?? 0) + size);
    }
    onProgress(i + 1, count);
  }
  return new Map(
    tensors.map((tensor) => {
      const sizes = [...(sums.get(tensor.name) ?? [])].map(([bits, sum]): [number, PayloadBytes] => [
        bits,
        { raw: packedLength(tensor.elements, bits), deflate: Math.ceil(roundSignificant(sum / count, SIZE_BITS)) },
      ]);
      return [tensor.name, new Map(sizes)];
    }),
  );
}

function deflatedSizes(tensor: PayloadTensor, data: ArrayBufferView): [number, number][] {
  if (tensor.plainBytes !== undefined)
    return [[tensor.plainBytes * 8, deflateBytes(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)).length]];
  const quantizer = tensor.quantizers.get(8);
  if (!quantizer) return [];
  const codes = quantizeAffine(data as Float32Array, quantizer.scale, quantizer.zeroPoint, 8);
  return tensor.bits.map((bits): [number, number] => {
    const wire = tensor.quantizers.get(bits);
    const map = wire && bits !== 8 ? codeMap(quantizer, wire) : undefined;
    return [bits, deflateBytes(packBits(map ? codes.map((code) => map[code]) : codes, bits)).length];
  });
}
