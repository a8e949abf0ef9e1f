import type { InputEncoding } from '../config/resolved.js';
import type { Inference } from '../inference/session.js';
import { packBits, packedLength } from '../numerics/pack.js';
import { bitsOf } from '../onnx/element.js';
import type { Fact } from '../onnx/graph.js';
import { codedLengths, encodingsOf } from '../runtime/encodings.js';
import { isImageEncoding, isImageShape, isLossy } from '../runtime/image.js';
import { quantizeWire } from '../runtime/quantize.js';
import { bytesOf, elementCount } from '../runtime/types.js';
import { encodedImageSizes } from '../samples/encode.js';
import type { SampleSet } from '../samples/open.js';
import { type LossError, lossErrors } from './lossy.js';
import type { InputProfile } from './profile.js';
import { encodedSize, fixedSize } from './sizes.js';

/** What `auto` offers for pictures: what cameras and browsers write. */
const PICTURES = ['png', 'jpeg:95', 'jpeg:90', 'jpeg:80', 'webp:90', 'webp:80'];
/** Samples on which the lossless encodings of an input are measured. */
const MOST_SAMPLES = 32;

export interface InputSources {
  inputs: readonly Fact[];
  samples: SampleSet;
  /** `auto` offers all that fit; a name offers that one beside `raw`. */
  encoding: InputEncoding;
  /** The float network: what a lossy encoding does to its outputs. */
  inference: Inference;
  /** Its outputs. */
  outputs: readonly string[];
  onProgress: (done: number, of: number) => void;
}

/** How each network input may travel, its size over the samples, and what a lossy encoding costs. */
export async function inputProfiles(sources: InputSources): Promise<Map<string, InputProfile>> {
  const { inputs, samples, encoding, onProgress } = sources;
  const profiles = new Map(inputs.map((input) => [input.name, inputProfile(input, samples)]));
  const pictures = encoding === 'auto' ? (samples.images ? PICTURES : []) : isImageEncoding(encoding) ? [encoding] : [];
  for (const [done, name] of pictures.entries()) {
    const sizes = await encodedImageSizes(samples, name);
    for (const input of inputs) {
      const profile = profiles.get(input.name);
      if (profile && sizes[input.name] && isPicture(profile, input)) profile.sizes.set(name, encodedSize(sizes[input.name]));
    }
    onProgress(done + 1, pictures.length);
  }
  for (const input of inputs) {
    const profile = profiles.get(input.name);
    if (!profile) continue;
    for (const [name, sizes] of await losslessSizes(profile, input, samples, encoding)) profile.sizes.set(name, encodedSize(sizes));
    const errors = await lossErrors(input, profile, [...profile.sizes.keys()].filter(isLossy), sources);
    for (const [name, error] of errors) profile.errors.set(name, error);
  }
  return profiles;
}

function inputProfile({ name, dtype, shape = [] }: Fact, samples: SampleSet): InputProfile {
  const { bits, scale, zeroPoint, axis } = samples.source[name];
  const plainBits = dtype && bitsOf(dtype);
  const native =
    scale && zeroPoint && (bits === 8 || bits === 16)
      ? { bits: bits as 8 | 16, scale, zeroPoint, ...(axis !== undefined && { axis }) }
      : undefined;
  const raw = fixedSize(packedLength(elementCount(shape.map(Number)), bits));
  return {
    name,
    ...(native && { native }),
    ...(plainBits !== undefined && { plainBits }),
    sizes: new Map([['raw', raw]]),
    errors: new Map<string, LossError>(),
  };
}

/** Codecs of pictures see planes of 8-bit codes. */
const isPicture = ({ native }: InputProfile, { shape = [] }: Fact) => native?.bits === 8 && isImageShape(shape.map(Number));

/** Sizes under the encodings that lose nothing and know nothing of pictures. */
async function losslessSizes(
  { native, plainBits }: InputProfile,
  { name, shape = [] }: Fact,
  samples: SampleSet,
  encoding: InputEncoding,
): Promise<Map<string, number[]>> {
  const sizes = new Map<string, number[]>();
  const bits = native?.bits ?? plainBits;
  if (bits === undefined || encoding !== 'auto') return sizes;
  const wire = { name, shape: shape.map(Number), bits, ...native };
  const count = Math.min(MOST_SAMPLES, samples.count);
  for (let i = 0; i < count; i++) {
    const { data } = (await samples.load(Math.floor((i * samples.count) / count)))[name];
    const codes = native ? quantizeWire(wire, Float32Array.from(data as Float32Array, Number)) : undefined;
    const bytes = codes instanceof Uint8Array ? packBits(codes, 8) : bytesOf(codes ?? data);
    for (const [kind, length] of await codedLengths({ ...wire, packedBytes: bytes.length }, bytes, encodingsOf(wire)))
      sizes.set(kind, [...(sizes.get(kind) ?? []), length]);
  }
  return sizes;
}
