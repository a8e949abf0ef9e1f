import { AutosplitError } from '../util/error.js';
import { spreadIndices } from '../util/spread.js';
import { bytesPerElement, fillElements, invalidSample, isFloat, showShape } from './elements.js';
import { relativeNames } from './names.js';
import { readPicture } from './picture.js';
import type { Pixels } from './resample.js';
import type {
  Preprocess,
  SampleImage,
  SampleInput,
  SamplePictures,
  SampleSet,
  SampleSource,
  SampleTensor,
} from './types.js';

/**
 * Opens pictures for a model with one input of shape [1, C, H, W] or [1, H, W, C], with or without the batch dimension.
 */
export function openImageSamples(source: SampleSource, inputs: readonly SampleInput[]): SampleSet {
  const [input] = inputs;
  if (inputs.length !== 1) {
    const takes = inputs.map(({ name }) => name).join(', ');
    throw new AutosplitError('SAMPLES_INVALID', `images fill one input; the network takes ${inputs.length}: ${takes}`, {
      hint: 'use `inputs` with .npz files',
    });
  }
  const normalise = affine(source.preprocess, input);
  const available = relativeNames(source.files);
  const chosen = spreadIndices(source.files.length, source.limit);
  const pictures: SamplePictures = {
    async decode(sample) {
      const file = source.files[chosen[sample]];
      const name = available[chosen[sample]];
      const picture = await readPicture(file, name, source.preprocess);
      checkShape(picture, source.preprocess, input, file, name);
      return { [input.name]: planes(picture, source.preprocess.channels === 'bgr') };
    },
    toTensors: ({ [input.name]: picture }) => ({
      [input.name]: toTensor(picture, source.preprocess, normalise, input),
    }),
  };
  return {
    count: chosen.length,
    names: chosen.map((i) => available[i]),
    available,
    // Dequantizers give floats, so an integer input takes the pixels as elements of its own type.
    source: {
      [input.name]: isFloat(input.dtype) ? { bits: 8, ...normalise } : { bits: 8 * bytesPerElement(input.dtype) },
    },
    load: async (sample) => pictures.toTensors(await pictures.decode(sample)),
    pictures,
  };
}

interface Affine {
  scale: number[];
  zeroPoint: number[];
  axis?: number;
}

/** value = (pixel - mean) / std as a dequantizer: value = scale * (code - zeroPoint). */
function affine({ mean, std, channels, layout }: Preprocess, { shape, dtype, name }: SampleInput): Affine {
  const count = channels === 'grey' ? 1 : 3;
  const perChannel = (values: readonly number[], key: string) => {
    if (values.length === count) return [...values];
    if (values.length === 1) return Array.from({ length: count }, () => values[0]);
    throw new AutosplitError(
      'CONFIG_INVALID',
      `preprocess.${key} has ${values.length} values for ${count} channels (${channels})`,
    );
  };
  const zeroPoint = perChannel(mean, 'mean');
  const scale = perChannel(std, 'std').map((value) => 1 / value);
  if (!isFloat(dtype)) checkWhole(scale, zeroPoint, dtype, name);
  const uniform = scale.every((value) => value === scale[0]) && zeroPoint.every((value) => value === zeroPoint[0]);
  if (uniform) return { scale: [scale[0]], zeroPoint: [zeroPoint[0]] };
  return { scale, zeroPoint, axis: layout === 'nchw' ? shape.length - 3 : shape.length - 1 };
}

/** Pixels fit an integer input if normalisation keeps them whole numbers in its range. */
function checkWhole(
  scale: readonly number[],
  zeroPoint: readonly number[],
  dtype: SampleInput['dtype'],
  name: string,
): void {
  const offset = zeroPoint[0];
  const fits =
    dtype === 'int8'
      ? offset === 128
      : dtype === 'bool'
        ? false
        : dtype.startsWith('u')
          ? offset === 0
          : Number.isInteger(offset) && Math.abs(offset) < 2 ** 15 - 256;
  if (fits && scale.every((value) => value === 1) && zeroPoint.every((value) => value === offset)) return;
  const hint =
    dtype === 'bool'
      ? 'use `inputs` with .npy files'
      : `set mean: [${dtype === 'int8' ? 128 : 0}] and std: [1], so that pixels stay whole numbers in its range`;
  throw new AutosplitError('SAMPLES_INVALID', `normalised pixels do not fit input "${name}" of type ${dtype}`, {
    hint,
  });
}

function checkShape(
  { width, height, channels }: Pixels,
  { layout }: Preprocess,
  { name: inputName, shape }: SampleInput,
  file: string,
  name: string,
): void {
  const orders = { nchw: [1, channels, height, width], nhwc: [1, height, width, channels] };
  const fits = (order: number[]) => [order, order.slice(1)].some((dims) => showShape(dims) === showShape(shape));
  if (fits(orders[layout])) return;
  const other = layout === 'nchw' ? 'nhwc' : 'nchw';
  throw invalidSample(
    file,
    `preprocessed to shape ${showShape(orders[layout])}, but input "${inputName}" takes ${showShape(shape)}`,
    {
      name,
      hint: fits(orders[other]) ? `set preprocess.layout: ${other}` : mendingHint(shape, channels, layout),
    },
  );
}

function mendingHint(shape: readonly number[], channels: number, layout: Preprocess['layout']): string {
  const [a, b, c] = shape.slice(-3);
  const [wantedChannels, height, width] = layout === 'nchw' ? [a, b, c] : [c, a, b];
  if (wantedChannels !== channels && (wantedChannels === 1 || wantedChannels === 3))
    return `set preprocess.channels: ${wantedChannels === 1 ? 'grey' : 'rgb or bgr'}`;
  if (wantedChannels === channels) return `set preprocess.resize: [${width}, ${height}], or resize and crop`;
  return 'use `inputs` with .npy files for inputs that are no pictures';
}

/** Interleaved RGB or grey pixels to planes in the model's order of channels. */
function planes({ data, width, height, channels }: Pixels, reversed: boolean): SampleImage {
  const codes = new Uint8Array(data.length);
  const plane = width * height;
  for (let channel = 0; channel < channels; channel++) {
    const from = reversed ? channels - 1 - channel : channel;
    for (let i = 0; i < plane; i++) codes[channel * plane + i] = data[i * channels + from];
  }
  return { codes, shape: [1, channels, height, width] };
}

/**
 * The values of a picture, in float32 steps: a cloud that computes scale * (code - zeroPoint) in float32 from the codes
 * gets the same ones.
 */
function toTensor(
  { codes, shape: [, channels, height, width] }: SampleImage,
  { layout }: Preprocess,
  { scale, zeroPoint }: Affine,
  { dtype, shape }: SampleInput,
): SampleTensor {
  const plane = height * width;
  const [stride, step] = layout === 'nchw' ? [plane, 1] : [1, channels];
  const values = new Float32Array(codes.length);
  for (let channel = 0; channel < channels; channel++) {
    const [factor, offset] = [scale[channel] ?? scale[0], zeroPoint[channel] ?? zeroPoint[0]].map(Math.fround);
    const table = Float32Array.from({ length: 256 }, (_, code) => Math.fround(Math.fround(code - offset) * factor));
    for (let i = 0; i < plane; i++) values[channel * stride + i * step] = table[codes[channel * plane + i]];
  }
  return { dtype, shape, data: dtype === 'float32' ? values : fillElements(dtype, values.length, (i) => values[i]) };
}
