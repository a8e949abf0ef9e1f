/** Runs both sides of a bundle as two processes before it is put in place, and compares them with this process. */

import path from 'node:path';
import type { SideRuns } from '../bundle/stand-in.js';
import type { TensorValue } from '../inference/session.js';
import { ERROR_BITS, roundSignificant } from '../numerics/round.js';
import type { PortType, SplitSpec } from '../runtime/spec.js';
import { arrayOf, type TensorData } from '../runtime/types.js';
import type { Payload } from '../runtime/wire/wire.js';
import { AutosplitError } from '../util/error.js';
import { discardFolder, stageFolder } from '../util/files.js';
import type { DriverResult, PlainTensor, Sample } from './job.js';
import { runSides } from './processes.js';

type Tensors = Readonly<Record<string, TensorValue>>;

/** A sample with the results of this process. */
export interface VerifiedSample {
  name: string;
  feeds: Tensors;
  /** Codes on the wire and outputs of the same sides in this process. */
  expected: { wire: Payload; outputs: Tensors };
  /** Outputs of the float network. */
  reference: Tensors;
  /** Codes on the wire by native kernels, where `expected` comes from others. */
  native?: Payload;
}

export interface VerifySources {
  /** Folder with `edge/` and `cloud/`. */
  folder: string;
  /** A folder for the stand-ins of sides whose target does not say how to run them. */
  workDir: string;
  runs: SideRuns;
  spec: SplitSpec;
  samples: readonly VerifiedSample[];
  timeoutSeconds?: number;
}

/** Result of running the samples through two processes on loopback. */
export interface Verification {
  samples: number;
  /** Sides whose target does not say how to run them: onnxruntime ran their models instead. Absent where none. */
  notRun?: ('edge' | 'cloud')[];
  /** Bytes on the wire, all of which equal those of this process: otherwise the build fails. */
  wireBytes: number;
  /** Largest difference of an output between the processes and this one. */
  outputDifference: number;
  /** Bytes on the wire that differ from those of native kernels; null where the edge side runs native kernels. */
  unlikeNative: number | null;
  /** Fidelity to the float model, by output. */
  outputs: OutputFidelity[];
}

export interface OutputFidelity {
  name: string;
  /** Signal to quantization noise in dB; null where there is no noise at all, or no floats. */
  sqnr: number | null;
  /** Share of samples whose largest element is the same; null for outputs that are not one row of scores. */
  top1Agreement: number | null;
  /** Samples whose values are all exactly those of the float network. */
  equalSamples: number;
}

/** Allowed difference of float outputs, as a share of their largest magnitude. Same kernels and threads: 0 is expected. */
const TOLERANCE = 1e-5;

/**
 * Runs the generated sides as users would, as two processes, and compares with this process: the codes on the wire must
 * be equal, the outputs too up to {@link TOLERANCE}. Throws VERIFICATION_FAILED naming sample and tensor.
 */
export async function verifyBundle(sources: VerifySources): Promise<Verification> {
  const { spec, samples, runs } = sources;
  const plain = samples.map(({ feeds }) =>
    Object.fromEntries(spec.inputs.map(({ name }) => [name, plainTensor(feeds[name])])),
  );
  const results = await runBundle(sources, plain);
  let wireBytes = 0;
  let unlikeNative: number | null = null;
  let outputDifference = 0;
  const comparisons = new Map(spec.outputs.map(({ name }) => [name, { ...NOTHING }]));
  for (const [index, { name, expected, reference, native }] of samples.entries()) {
    if (native) unlikeNative = (unlikeNative ?? 0) + differing(expected.wire, native);
    wireBytes += compareWire(name, expected.wire, results[index].wire);
    for (const [output, comparison] of comparisons) {
      const made = valuesOf(results[index].outputs[output], output, name);
      outputDifference = Math.max(outputDifference, compareOutput(name, output, made, expected.outputs[output]));
      const { dtype, data } = reference[output];
      const float = data as unknown as Values;
      if (dtype === 'float32' || dtype === 'float64') addNoise(comparison, made, float);
      if (largest(made) === largest(float)) comparison.agreed++;
      if (made.length === float.length && made.every((value, i) => value === float[i])) comparison.equal++;
    }
  }
  const outputs = spec.outputs.map(({ name, dtype, shape }): OutputFidelity => {
    const { noise, signal, agreed, equal } = comparisons.get(name) ?? NOTHING;
    return {
      name,
      sqnr: noise > 0 && signal > 0 ? roundSignificant(10 * Math.log10(signal / noise), ERROR_BITS) : null,
      top1Agreement: dtype === 'float32' && isRow(shape) && samples.length > 0 ? agreed / samples.length : null,
      equalSamples: equal,
    };
  });
  const difference = roundSignificant(outputDifference, ERROR_BITS);
  const notRun = runs.notRun.length > 0 ? { notRun: runs.notRun } : {};
  return { samples: samples.length, ...notRun, wireBytes, outputDifference: difference, unlikeNative, outputs };
}

/** Runs both sides as their targets say; stand-ins are run from a folder of their own. */
async function runBundle(
  { folder, workDir, runs, spec, timeoutSeconds = 300 }: VerifySources,
  samples: Sample[],
): Promise<DriverResult> {
  const { edge, serve, files, notRun } = runs;
  const options = { bundle: folder, edge, serve, spec, samples, timeoutSeconds };
  if (notRun.length === 0) return runSides(options);
  const standIn = await stageFolder(path.join(workDir, 'stand-in'), files);
  const folders = Object.fromEntries(notRun.map((side) => [side, path.join(standIn, side)]));
  return runSides({ ...options, folders }).finally(() => discardFolder(standIn));
}

const NOTHING = { noise: 0, signal: 0, agreed: 0, equal: 0 };

/** Whether an output is scores of classes: a single axis is longer than 1. */
const isRow = (shape: readonly number[]) => shape.filter((length) => length > 1).length === 1;

const plainTensor = ({ dtype, shape, data }: TensorValue): PlainTensor => ({
  dtype: dtype as PortType,
  shape: [...shape],
  bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
});

function compareWire(sample: string, expected: Payload, sent: Payload): number {
  let bytes = 0;
  for (const [tensor, codes] of Object.entries(expected)) {
    const other = sent[tensor];
    const at = other?.length === codes.length ? codes.findIndex((code, i) => code !== other[i]) : 0;
    if (at >= 0 && !(codes.length === 0 && other?.length === 0))
      throw failed(
        `sample ${sample}: the codes of "${tensor}" on the wire differ from those computed in process at byte ${at} of ${codes.length}`,
      );
    bytes += codes.length;
  }
  return bytes;
}

const differing = (a: Payload, b: Payload) =>
  Object.entries(a).reduce(
    (sum, [tensor, bytes]) => sum + bytes.reduce((count, byte, i) => count + (byte === b[tensor][i] ? 0 : 1), 0),
    0,
  );

type Values = ArrayLike<number | bigint>;

function valuesOf(tensor: PlainTensor | undefined, output: string, sample: string): TensorData {
  if (!tensor) throw failed(`sample ${sample}: the bundles give no output "${output}"`);
  return arrayOf(tensor.dtype, tensor.bytes);
}

function compareOutput(sample: string, output: string, made: Values, expected: TensorValue): number {
  const values = expected.data as unknown as Values;
  let magnitude = 0;
  let difference = made.length === values.length ? 0 : Infinity;
  for (let i = 0; i < values.length; i++) {
    const [own, other] = [Number(made[i]), Number(values[i])];
    if (Number.isFinite(other)) magnitude = Math.max(magnitude, Math.abs(other));
    const apart = Object.is(own, other) ? 0 : Math.abs(own - other);
    difference = Math.max(difference, Number.isNaN(apart) ? Infinity : apart);
  }
  if (difference > TOLERANCE * Math.max(magnitude, 1))
    throw failed(
      `sample ${sample}: output "${output}" differs by ${difference} from the same sides run in one process`,
    );
  return difference;
}

function addNoise(comparison: { noise: number; signal: number }, made: Values, float: Values): void {
  for (let i = 0; i < float.length; i++) {
    comparison.noise += (Number(made[i]) - Number(float[i])) ** 2;
    comparison.signal += Number(float[i]) ** 2;
  }
}

function largest(values: Values): number {
  let at = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[at]) at = i;
  return at;
}

const failed = (message: string) =>
  new AutosplitError('VERIFICATION_FAILED', message, {
    hint: 'this is a defect of the target, or a package differs between this process and the generated sides; nothing was written',
  });
