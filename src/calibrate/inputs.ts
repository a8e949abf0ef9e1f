import type { InputEncoding } from '../config/resolved.js';
import type { Inference } from '../inference/session.js';
import { packedLength } from '../numerics/pack.js';
import type { ActivationQuantizer } from '../numerics/range.js';
import { bitsOf } from '../onnx/element.js';
import type { Fact } from '../onnx/graph.js';
import type { OutputFact } from '../outputs/fact.js';
import { codecOf, codedLengths } from '../runtime/codecs/index.js';
import { isPicture } from '../runtime/codecs/pictures/shape.js';
import type { PortType } from '../runtime/spec.js';
import { bytesOf, elementCount, type TensorData } from '../runtime/types.js';
import { packCodes } from '../runtime/wire/payload.js';
import { quantizeWire, toFloat32, type WireQuantizer } from '../runtime/wire/quantize.js';
import type { SampleSet } from '../samples/open.js';
import { spreadIndices } from '../util/spread.js';
import { type Arrival, type LossError, lossErrors, pictureArrival, quantizedArrival } from './lossy.js';
import { type EncodePicture, pictureEncoder, pictureEncodings, type Remember, sizesOfPictures } from './pictures.js';
import type { InputProfile, TensorProfile } from './profile.js';
import {
  type EncodedSize,
  type EncodedSizes,
  encodedSize,
  fixedSizes,
  INPUT_SAMPLES,
  inputSamples,
  measuredEncodings,
} from './sizes.js';

export interface InputSources {
  inputs: readonly Fact[];
  samples: SampleSet;
  /** `auto` tries every encoding that applies; a name tries that one beside `raw`. */
  encoding: InputEncoding;
  /** Quantizers of the inputs by bits. */
  tensors: ReadonlyMap<string, Pick<TensorProfile, 'quantizers'>>;
  /** Bit-widths of crossing tensors. */
  wireBits: readonly number[];
  /** Runs the float model, to measure what its outputs lose by a lossy encoding. */
  inference: Pick<Inference, 'run'>;
  /** Outputs of the float model. */
  outputs: readonly string[];
  /** How the outputs are compared. Absent: by their squared error alone. */
  compared?: readonly OutputFact[];
  /** Keeps sizes and losses between builds. @default nothing is kept */
  remember?: Remember;
  onProgress: (done: number, of: number) => void;
}

/** How each model input may travel: its sizes over the samples, and what the outputs lose by inexact encodings. */
export async function inputProfiles(sources: InputSources): Promise<Map<string, InputProfile>> {
  const { inputs, samples, encoding, remember = unkept, onProgress } = sources;
  const pictures = pictureEncodings(encoding, samples);
  const encode = pictureEncoder(samples);
  const profiles = new Map<string, InputProfile>();
  for (const input of inputs) {
    const { exact, wire } = exactForm(input, samples);
    const levels = encoding === 'auto' ? fewerBits(input, exact.native?.bits, sources) : [];
    const sizes = new Map<number, EncodedSizes>();
    if (wire) {
      const crossing = { ...wire, dtype: input.dtype, isPicture: samples.pictures !== undefined };
      sizes.set(
        wire.bits,
        await sizesOfPictures(input.name, crossing, pictures, { samples, encode, remember, onProgress }),
      );
      for (const quantizer of levels) sizes.set(quantizer.bits, new Map());
      for (const [bits, kind, size] of await losslessSizes(input, wire, levels, sources))
        sizes.get(bits)?.set(kind, size);
    }
    profiles.set(input.name, {
      name: input.name,
      ...exact,
      sizes,
      errors: wire ? await errorsOf(input, wire, levels, sizes, { ...sources, encode }) : new Map(),
    });
  }
  return profiles;
}

const unkept: Remember = (names, compute) => compute(names);

/** The exact form of an input on the wire; no `wire` for types that cannot travel. */
function exactForm(
  { name, dtype, shape = [] }: Fact,
  samples: SampleSet,
): { exact: Pick<InputProfile, 'native' | 'plainBits'>; wire?: WireQuantizer } {
  const { bits, scale, zeroPoint, axis } = samples.source[name];
  const plainBits = dtype && bitsOf(dtype);
  const native =
    scale && zeroPoint && (bits === 8 || bits === 16)
      ? { bits: bits as 8 | 16, scale, zeroPoint, ...(axis !== undefined && { axis }) }
      : undefined;
  const exact = { ...(native && { native }), ...(plainBits !== undefined && { plainBits }) };
  const wireBits = native?.bits ?? plainBits;
  return {
    exact,
    ...(wireBits !== undefined && { wire: { name, shape: shape.map(Number), bits: wireBits, ...native } }),
  };
}

/** Quantizers of a float input at fewer bits than its exact form has. */
function fewerBits({ name, dtype }: Fact, nativeBits = 32, { tensors, wireBits }: InputSources): ActivationQuantizer[] {
  if (dtype !== 'float32') return [];
  const quantizers = tensors.get(name)?.quantizers;
  return wireBits.flatMap((bits) => (bits <= 8 && bits < nativeBits ? (quantizers?.get(bits) ?? []) : []));
}

type Sized = [bits: number, encoding: string, size: EncodedSize];

/** Sizes in the encodings that apply to any bytes: of the exact form, and of codes at fewer bits. */
async function losslessSizes(
  input: Fact,
  wire: WireQuantizer,
  levels: readonly ActivationQuantizer[],
  { samples, encoding, remember = unkept }: InputSources,
): Promise<Sized[]> {
  const elements = elementCount(wire.shape);
  const fixed = [wire, ...levels].flatMap(({ bits }) =>
    fixedSizes(packedLength(elements, bits)).map(([kind, size]): Sized => [bits, kind, size]),
  );
  if (encoding !== 'auto') return fixed;
  const few = levels.map((level) => ({
    ...wire,
    bits: level.bits,
    scale: [level.scale],
    zeroPoint: [level.zeroPoint],
    axis: undefined,
  }));
  const rowOf = (form: WireQuantizer) =>
    `coded ${JSON.stringify([input.name, form.bits, form.scale ?? null, form.zeroPoint ?? null])}`;
  const forms = new Map([wire, ...few].map((form) => [rowOf(form), form]));
  const measured = await remember([...forms.keys()], async (missing) => {
    const asked = missing.flatMap((row) => forms.get(row) ?? []);
    const [exact, others] = [asked.filter((form) => form === wire), asked.filter((form) => form !== wire)];
    const measured = [
      ...(await encodedLengths(input, exact, samples, Math.min(INPUT_SAMPLES, samples.count))),
      ...(await encodedLengths(input, others, samples, inputSamples(elements, samples.count))),
    ];
    return new Map(missing.map((row) => [row, measured.filter(([bits]) => bits === forms.get(row)?.bits)]));
  });
  return [...fixed, ...[...measured.values()].flat()];
}

async function encodedLengths(
  input: Fact,
  forms: readonly WireQuantizer[],
  samples: SampleSet,
  count: number,
): Promise<Sized[]> {
  const lengths = forms.map(() => new Map<string, number[]>());
  for (const sample of forms.length > 0 ? spreadIndices(samples.count, count) : []) {
    const bytesIn = await packer(input, samples, sample);
    for (const [at, form] of forms.entries()) {
      const bytes = bytesIn(form);
      const wire = { ...form, packedBytes: bytes.length };
      for (const [kind, length] of await codedLengths(wire, bytes, measuredEncodings(form)))
        lengths[at].set(kind, [...(lengths[at].get(kind) ?? []), length]);
    }
  }
  return lengths.flatMap((found, at) =>
    [...found].map(([kind, list]): Sized => [forms[at].bits, kind, encodedSize(list)]),
  );
}

/** Gives the packed bytes of one sample of an input in a form. The exact form of a picture is its pixels. */
async function packer(
  { name, dtype }: Fact,
  samples: SampleSet,
  sample: number,
): Promise<(form: WireQuantizer) => Uint8Array> {
  const decoded = await samples.pictures?.decode(sample);
  const tensor = (decoded ? samples.pictures?.toTensors(decoded) : await samples.load(sample))?.[name];
  if (!tensor) throw new Error(`sample ${sample} has no input ${name}`);
  const values = toFloat32(tensor.dtype as PortType, tensor.data as TensorData);
  return (form) => {
    if (!form.scale) return bytesOf(tensor.data);
    if (decoded && form.scale === samples.source[name].scale && isPicture({ ...form, dtype, isPicture: true }))
      return decoded[name].codes;
    const codes = quantizeWire(form, values);
    return packCodes(codes, form.bits);
  };
}

/** What the outputs lose by each inexact form, by bits and encoding. */
async function errorsOf(
  input: Fact,
  wire: WireQuantizer,
  levels: readonly ActivationQuantizer[],
  sizes: ReadonlyMap<number, EncodedSizes>,
  sources: InputSources & { encode: EncodePicture },
): Promise<Map<number, Map<string, LossError>>> {
  const lossy = [...(sizes.get(wire.bits)?.keys() ?? [])].filter((encoding) => codecOf(encoding).form.isLossy);
  const { remember = unkept, compared = null } = sources;
  const rowOf = (...way: (string | number)[]) => `lost ${JSON.stringify([input.name, ...way, compared])}`;
  const levelRow = ({ bits, scale, zeroPoint }: ActivationQuantizer) => rowOf(bits, scale, zeroPoint);
  const arrivals = new Map<string, Arrival>([
    ...lossy.map((encoding) => [rowOf(encoding), pictureArrival(wire, encoding, sources.encode)] as const),
    ...levels.map((level) => [levelRow(level), quantizedArrival(level)] as const),
  ]);
  const found = await remember([...arrivals.keys()], (missing) =>
    lossErrors(input, new Map([...arrivals].filter(([row]) => missing.includes(row))), sources),
  );
  const errors = new Map<number, Map<string, LossError>>();
  const set = (bits: number, encoding: string, error: LossError | undefined) => {
    const known = errors.get(bits) ?? new Map<string, LossError>();
    if (error) errors.set(bits, known.set(encoding, error));
  };
  for (const encoding of lossy) set(wire.bits, encoding, found.get(rowOf(encoding)));
  for (const level of levels)
    for (const encoding of sizes.get(level.bits)?.keys() ?? []) set(level.bits, encoding, found.get(levelRow(level)));
  return errors;
}
