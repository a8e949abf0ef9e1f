import type { InputEncoding } from '../config/resolved.js';
import type { Inference } from '../inference/session.js';
import { packBits, packedLength } from '../numerics/pack.js';
import type { ActivationQuantizer } from '../numerics/range.js';
import { bitsOf } from '../onnx/element.js';
import type { Fact } from '../onnx/graph.js';
import type { OutputFact } from '../outputs/fact.js';
import { codedLengths, encodingsOf } from '../runtime/codecs/encodings.js';
import { isImageEncoding, isImageShape, isLossy } from '../runtime/codecs/image.js';
import { quantizeWire, type WireQuantizer } from '../runtime/codecs/quantize.js';
import { bytesOf, elementCount } from '../runtime/types.js';
import { encodedImageSizes } from '../samples/encode.js';
import type { SampleSet } from '../samples/open.js';
import { spreadIndices } from '../util/spread.js';
import { type Arrival, type LossError, lossErrors, pictureArrival, quantizedArrival } from './lossy.js';
import type { InputProfile, TensorProfile } from './profile.js';
import { type EncodedSize, type EncodedSizes, encodedSize, fixedSize, INPUT_SAMPLES, inputSamples } from './sizes.js';

/** What `auto` offers for pictures: what cameras and browsers write. */
const PICTURES = ['png', 'jpeg:95', 'jpeg:90', 'jpeg:80', 'webp:90', 'webp:80'];

export interface InputSources {
  inputs: readonly Fact[];
  samples: SampleSet;
  /** `auto` offers all that fit; a name offers that one beside `raw`. */
  encoding: InputEncoding;
  /** Quantizers of the inputs by bits. */
  tensors: ReadonlyMap<string, Pick<TensorProfile, 'quantizers'>>;
  /** Bit-widths of crossing tensors. */
  wireBits: readonly number[];
  /** The float model: what a lossy encoding does to its outputs. */
  inference: Pick<Inference, 'run'>;
  /** Its outputs. */
  outputs: readonly string[];
  /** How the outputs are compared; their squared errors alone where absent. */
  compared?: readonly OutputFact[];
  /** Keeps sizes and losses by what they are of. @default nothing is kept */
  remember?: Remember;
  onProgress: (done: number, of: number) => void;
}

type Remember = <T>(
  names: readonly string[],
  compute: (missing: readonly string[]) => Promise<Map<string, T>>,
) => Promise<Map<string, T>>;

/** How each model input may travel, its size over the samples, and what the ways that lose something cost. */
export async function inputProfiles(sources: InputSources): Promise<Map<string, InputProfile>> {
  const { inputs, samples, encoding } = sources;
  const pictures = encoding === 'auto' ? (samples.images ? PICTURES : []) : isImageEncoding(encoding) ? [encoding] : [];
  const pictureSizes = await sizesOfPictures(pictures, sources);
  const profiles = new Map<string, InputProfile>();
  for (const input of inputs) {
    const { exact, wire } = exactForm(input, samples);
    const levels = encoding === 'auto' ? fewerBits(input, exact.native?.bits, sources) : [];
    const sizes = new Map<number, EncodedSizes>();
    if (wire) {
      sizes.set(wire.bits, isPicture(wire, input) ? sizesOf(input.name, pictureSizes) : new Map());
      for (const quantizer of levels) sizes.set(quantizer.bits, new Map());
      for (const [bits, kind, size] of await losslessSizes(input, wire, levels, sources))
        sizes.get(bits)?.set(kind, size);
    }
    profiles.set(input.name, {
      name: input.name,
      ...exact,
      sizes,
      errors: wire ? await errorsOf(input, wire, levels, sizes, sources) : new Map(),
    });
  }
  return profiles;
}

/** Sizes by encoding of a picture and input. */
async function sizesOfPictures(
  encodings: readonly string[],
  { samples, remember = unkept, onProgress }: InputSources,
): Promise<Map<string, Record<string, EncodedSize>>> {
  const names = new Map(encodings.map((encoding) => [`picture ${encoding}`, encoding]));
  const found = await remember([...names.keys()], async (missing) => {
    const sizes = new Map<string, Record<string, EncodedSize>>();
    for (const [done, name] of missing.entries()) {
      const ofInputs = Object.entries(await encodedImageSizes(samples, names.get(name) ?? ''));
      sizes.set(name, Object.fromEntries(ofInputs.map(([input, list]) => [input, encodedSize(list)])));
      onProgress(done + 1, missing.length);
    }
    return sizes;
  });
  return new Map([...names].map(([name, encoding]) => [encoding, found.get(name) ?? {}]));
}

const unkept: Remember = (names, compute) => compute(names);

/** How the values of the samples travel exactly; no `wire` for types that cannot travel. */
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

/** Quantizers of a float input at fewer bits than its exact form has, as a crossing tensor has them. */
function fewerBits({ name, dtype }: Fact, nativeBits = 32, { tensors, wireBits }: InputSources): ActivationQuantizer[] {
  if (dtype !== 'float32') return [];
  const quantizers = tensors.get(name)?.quantizers;
  return wireBits.flatMap((bits) => (bits <= 8 && bits < nativeBits ? (quantizers?.get(bits) ?? []) : []));
}

/** Codecs of pictures see planes of 8-bit codes. */
const isPicture = ({ bits, scale, shape }: WireQuantizer, { dtype }: Fact) =>
  bits === 8 && (scale !== undefined || dtype === 'uint8') && isImageShape(shape);

const sizesOf = (input: string, pictures: ReadonlyMap<string, Record<string, EncodedSize>>): EncodedSizes =>
  new Map([...pictures].flatMap(([encoding, { [input]: size }]) => (size ? [[encoding, size] as const] : [])));

type Sized = [bits: number, encoding: string, size: EncodedSize];

/** Sizes under the encodings that know nothing of pictures: of the exact form, and of codes at fewer bits. */
async function losslessSizes(
  input: Fact,
  wire: WireQuantizer,
  levels: readonly ActivationQuantizer[],
  { samples, encoding, remember = unkept }: InputSources,
): Promise<Sized[]> {
  const elements = elementCount(wire.shape);
  const raw = [wire, ...levels].map(({ bits }): Sized => [bits, 'raw', fixedSize(packedLength(elements, bits))]);
  if (encoding !== 'auto') return raw;
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
      ...(await encodedLengths(input.name, exact, samples, Math.min(INPUT_SAMPLES, samples.count))),
      ...(await encodedLengths(input.name, others, samples, inputSamples(elements, samples.count))),
    ];
    return new Map(missing.map((row) => [row, measured.filter(([bits]) => bits === forms.get(row)?.bits)]));
  });
  return [...raw, ...[...measured.values()].flat()];
}

async function encodedLengths(
  name: string,
  forms: readonly WireQuantizer[],
  samples: SampleSet,
  count: number,
): Promise<Sized[]> {
  const lengths = forms.map(() => new Map<string, number[]>());
  for (const sample of forms.length > 0 ? spreadIndices(samples.count, count) : []) {
    const { data } = (await samples.load(sample))[name];
    for (const [at, form] of forms.entries()) {
      const codes = form.scale ? quantizeWire(form, Float32Array.from(data as Float32Array, Number)) : undefined;
      const bytes = codes instanceof Uint8Array ? packBits(codes, form.bits) : bytesOf(codes ?? data);
      for (const [kind, length] of await codedLengths({ ...form, packedBytes: bytes.length }, bytes, encodingsOf(form)))
        lengths[at].set(kind, [...(lengths[at].get(kind) ?? []), length]);
    }
  }
  return lengths.flatMap((found, at) =>
    [...found].map(([kind, list]): Sized => [forms[at].bits, kind, encodedSize(list)]),
  );
}

/** What the outputs lose by each way that is not exact, by bits and encoding. */
async function errorsOf(
  input: Fact,
  wire: WireQuantizer,
  levels: readonly ActivationQuantizer[],
  sizes: ReadonlyMap<number, EncodedSizes>,
  sources: InputSources,
): Promise<Map<number, Map<string, LossError>>> {
  const lossy = [...(sizes.get(wire.bits)?.keys() ?? [])].filter(isLossy);
  const { remember = unkept, compared = null } = sources;
  const rowOf = (...way: (string | number)[]) => `lost ${JSON.stringify([input.name, ...way, compared])}`;
  const levelRow = ({ bits, scale, zeroPoint }: ActivationQuantizer) => rowOf(bits, scale, zeroPoint);
  const arrivals = new Map<string, Arrival>([
    ...lossy.map((encoding) => [rowOf(encoding), pictureArrival(wire, encoding)] as const),
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
