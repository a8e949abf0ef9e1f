import type { Inference } from '../inference/session.js';
import { quantizeAffine } from '../numerics/affine.js';
import { codeMap } from '../numerics/code-map.js';
import { packBits, packedLength } from '../numerics/pack.js';
import type { ActivationQuantizer } from '../numerics/range.js';
import { roundSignificant, SIZE_BITS } from '../numerics/round.js';
import { deflateBytes } from '../runtime/gzip.js';
import type { SampleSet } from '../samples/open.js';
import type { PayloadBytes } from './profile.js';

/** Bytes deflated, shared out evenly: a tensor is measured on as many samples as its share allows, on one at least. */
const BUDGET_BYTES = 64 * 2 ** 20;
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
  const share = BUDGET_BYTES / Math.max(1, tensors.length);
  const most = Math.min(MOST_SAMPLES, samples.count);
  const counts = new Map(tensors.map((tensor) => [tensor.name, Math.max(1, Math.min(most, Math.floor(share / bytesPerSample(tensor))))]));
  const sums = new Map(tensors.map((tensor) => [tensor.name, new Map<number, number>()]));
  for (let round = 0; round < most; round++) {
    const current = tensors.filter(({ name }) => round < (counts.get(name) ?? 0));
    if (current.length === 0) break;
    const feeds = await samples.load(Math.floor((round * samples.count) / most));
    const results = await inference.run(
      feeds,
      current.map(({ name }) => name),
    );
    for (const tensor of current) {
      const deflated = sums.get(tensor.name);
      for (const [bits, size] of deflatedSizes(tensor, results[tensor.name].data)) deflated?.set(bits, (deflated.get(bits) ?? 0) + size);
    }
    onProgress(round + 1, most);
  }
  return new Map(
    tensors.map((tensor) => {
      const count = counts.get(tensor.name) ?? 1;
      const sizes = [...(sums.get(tensor.name) ?? [])].map(([bits, sum]): [number, PayloadBytes] => [
        bits,
        { raw: packedLength(tensor.elements, bits), deflate: Math.ceil(roundSignificant(sum / count, SIZE_BITS)) },
      ]);
      return [tensor.name, new Map(sizes)];
    }),
  );
}

const bytesPerSample = ({ elements, plainBytes, bits }: PayloadTensor) => elements * (plainBytes ?? bits.reduce((a, b) => a + b, 0) / 8);

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
