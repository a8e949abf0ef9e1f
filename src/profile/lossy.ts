import type { Inference, TensorValue } from '../inference/session.js';
import { ERROR_BITS, roundSignificant } from '../numerics/round.js';
import type { Fact } from '../onnx/graph.js';
import { decodeImage, encodeImage } from '../runtime/image.js';
import { dequantizeWire } from '../runtime/quantize.js';
import { fillElements } from '../samples/elements.js';
import type { SampleSet } from '../samples/open.js';
import type { InputProfile } from './profile.js';

/** Samples on which the loss is measured. */
const MOST_SAMPLES = 16;

/** What a lossy input costs: squared error of the float network's float outputs, over their mean square and per element. */
export interface LossError {
  relative: number;
  mse: number;
}

export interface LossSources {
  samples: SampleSet;
  inference: Inference;
  outputs: readonly string[];
}

/** Runs the float network on pictures as they arrive behind each lossy encoding, beside the pictures themselves. */
export async function lossErrors(
  input: Fact,
  { native }: InputProfile,
  encodings: readonly string[],
  { samples, inference, outputs }: LossSources,
): Promise<Map<string, LossError>> {
  const sums = new Map(encodings.map((encoding) => [encoding, { noise: 0, signal: 0, elements: 0 }]));
  if (!native || !samples.images || encodings.length === 0) return new Map();
  const wire = { name: input.name, shape: (input.shape ?? []).map(Number), ...native };
  const count = Math.min(MOST_SAMPLES, samples.count);
  for (let i = 0; i < count; i++) {
    const index = Math.floor((i * samples.count) / count);
    const feeds = await samples.load(index);
    const { codes, shape } = (await samples.images(index))[input.name];
    const expected = await inference.run(feeds, outputs);
    for (const [encoding, sum] of sums) {
      const arrived = await decodeImage(input.name, await encodeImage(codes, shape, encoding), shape, encoding);
      const values = dequantizeWire(wire, arrived);
      const tensor = feeds[input.name];
      const data = fillElements(tensor.dtype, values.length, (at) => values[at]);
      addError(sum, await inference.run({ ...feeds, [input.name]: { ...tensor, data } }, outputs), expected);
    }
  }
  return new Map(
    [...sums].map(([encoding, { noise, signal, elements }]): [string, LossError] => [
      encoding,
      {
        relative: roundSignificant(signal > 0 ? noise / signal : 0, ERROR_BITS),
        mse: roundSignificant(elements > 0 ? noise / elements : 0, ERROR_BITS),
      },
    ]),
  );
}

type Outputs = Readonly<Record<string, TensorValue>>;

function addError(sum: { noise: number; signal: number; elements: number }, found: Outputs, expected: Outputs): void {
  for (const [name, { dtype, data }] of Object.entries(expected)) {
    if (dtype !== 'float32') continue;
    const [a, b] = [found[name].data as Float32Array, data as Float32Array];
    for (let i = 0; i < b.length; i++) {
      sum.noise += (a[i] - b[i]) ** 2;
      sum.signal += b[i] ** 2;
    }
    sum.elements += b.length;
  }
}
