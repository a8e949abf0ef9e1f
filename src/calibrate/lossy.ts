import type { Inference } from '../inference/session.js';
import { dequantizeAffine, quantizeAffine } from '../numerics/affine.js';
import type { ActivationQuantizer } from '../numerics/range.js';
import { ERROR_BITS, roundSignificant, SENSITIVITY_BITS } from '../numerics/round.js';
import type { Fact } from '../onnx/graph.js';
import { outputLoss } from '../outputs/compare.js';
import type { Outputs } from '../outputs/elements.js';
import { innerTensors, type OutputFact } from '../outputs/fact.js';
import { decodeTensorBytes } from '../runtime/codecs/coding.js';
import { dequantizeWire, isQuantized, type WireQuantizer } from '../runtime/wire/quantize.js';
import { fillElements } from '../samples/elements.js';
import type { SampleSet } from '../samples/open.js';
import type { SampleTensor } from '../samples/types.js';
import { spreadIndices } from '../util/spread.js';
import type { EncodePicture } from './pictures.js';

/** Most samples on which the loss is measured. */
const MAX_SAMPLES = 16;

/** Error of the float model's outputs that a lossy input causes. */
export interface LossError {
  /** Squared error of the outputs, divided by their mean square and per element. */
  relative: number;
  mse: number;
  /** Loss as the outputs are compared (decisions, boxes, values), where that is known. */
  output?: number;
}

export interface LossSources {
  samples: SampleSet;
  inference: Pick<Inference, 'run'>;
  outputs: readonly string[];
  compared?: readonly OutputFact[];
}

interface Sums {
  noise: number;
  signal: number;
  elements: number;
  lost: number;
}

/** The values of one sample of an input as the cloud gets them. */
export type Arrival = (sample: SampleTensor, index: number) => Promise<ArrayLike<number>> | ArrayLike<number>;

/** A picture after a lossy codec; `wire` says which values its codes stand for. */
export const pictureArrival =
  (wire: WireQuantizer, encoding: string, encode: EncodePicture): Arrival =>
  async (_, index) => {
    const picture = await encode(index, wire.name, encoding);
    const arrived = await decodeTensorBytes(picture.wire, picture.content);
    return isQuantized(wire) ? dequantizeWire(wire, arrived) : arrived;
  };

/** Values rounded to the codes of a quantizer. */
export const quantizedArrival =
  ({ scale, zeroPoint, bits }: ActivationQuantizer): Arrival =>
  ({ data }) =>
    dequantizeAffine(quantizeAffine(data as Float32Array, scale, zeroPoint, bits), scale, zeroPoint);

/** Runs the float model on each arrival of an input and on the input itself, and compares the outputs. */
export async function lossErrors(
  input: Fact,
  arrivals: ReadonlyMap<string, Arrival>,
  { samples, inference, outputs, compared }: LossSources,
): Promise<Map<string, LossError>> {
  const sums = [...arrivals].map(([way, arrival]) => ({ way, arrival, noise: 0, signal: 0, elements: 0, lost: 0 }));
  const fetched = [...new Set([...outputs, ...innerTensors(compared ?? [])])];
  const indices = sums.length > 0 ? spreadIndices(samples.count, MAX_SAMPLES) : [];
  for (const index of indices) {
    const feeds = await samples.load(index);
    const tensor = feeds[input.name];
    const expected = await inference.run(feeds, fetched);
    for (const sum of sums) {
      const values = await sum.arrival(tensor, index);
      const data = fillElements(tensor.dtype, values.length, (at) => values[at]);
      const found = await inference.run({ ...feeds, [input.name]: { ...tensor, data } }, fetched);
      addError(sum, outputs, found, expected);
      if (compared) sum.lost += outputLoss(compared, found, expected);
    }
  }
  return new Map(
    sums.map(({ way, noise, signal, elements, lost }): [string, LossError] => [
      way,
      {
        relative: roundSignificant(signal > 0 ? noise / signal : 0, ERROR_BITS),
        mse: roundSignificant(elements > 0 ? noise / elements : 0, ERROR_BITS),
        ...(compared && { output: roundSignificant(lost / Math.max(1, indices.length), SENSITIVITY_BITS) }),
      },
    ]),
  );
}

function addError(sum: Sums, outputs: readonly string[], found: Outputs, expected: Outputs): void {
  for (const name of outputs) {
    const { dtype, data } = expected[name];
    if (dtype !== 'float32') continue;
    const [a, b] = [found[name].data as Float32Array, data as Float32Array];
    for (let i = 0; i < b.length; i++) {
      sum.noise += (a[i] - b[i]) ** 2;
      sum.signal += b[i] ** 2;
    }
    sum.elements += b.length;
  }
}
