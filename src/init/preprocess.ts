import type { Fact } from '../onnx/graph.js';
import type { PictureInput } from './picture-input.js';

/** Preprocessing as a config states it, with the reason for its numbers. */
export interface ProposedPreprocess {
  resize: [width: number, height: number];
  channels: 'rgb' | 'grey';
  mean: number | number[];
  std: number | number[];
  layout: 'nchw' | 'nhwc';
  /** Source of `mean` and `std`: an ONNX file does not state them. */
  reason: string;
}

/** Mean and deviation of ImageNet times 255, which classifiers of torchvision are trained with. */
const IMAGENET = { mean: [123.675, 116.28, 103.53], std: [58.395, 57.12, 57.375] };
const IMAGENET_CLASSES = [1000, 1001];

/** Usual numbers for such a model; an ONNX file does not state how its pictures were normalised. */
export function proposePreprocess(
  picture: PictureInput,
  input: Pick<Fact, 'dtype'>,
  outputs: readonly Pick<Fact, 'shape'>[],
): ProposedPreprocess {
  const { width, height, layout } = picture;
  const channels = picture.channels === 1 ? 'grey' : 'rgb';
  return { resize: [width, height], channels, ...normalisation(picture, input, outputs), layout };
}

function normalisation(
  { channels }: PictureInput,
  { dtype }: Pick<Fact, 'dtype'>,
  outputs: readonly Pick<Fact, 'shape'>[],
): Pick<ProposedPreprocess, 'mean' | 'std' | 'reason'> {
  if (dtype === 'int8') return { mean: 128, std: 1, reason: 'the input is int8: pixels less 128' };
  if (dtype !== undefined && !/float/.test(dtype))
    return { mean: 0, std: 1, reason: `the input is ${dtype}: pixels as they are` };
  if (channels === 3 && classesOf(outputs).some((count) => IMAGENET_CLASSES.includes(count)))
    return { ...IMAGENET, reason: 'a classifier of 1000 classes: as torchvision trains them on ImageNet' };
  return { mean: 0, std: 255, reason: 'pixels scaled to 0..1, the usual default' };
}

/** Possible numbers of classes, from outputs of shape [batch, classes]. */
export const classesOf = (outputs: readonly Pick<Fact, 'shape'>[]): number[] =>
  outputs.flatMap(({ shape }) => {
    const dims = shape?.slice(1).filter((dim) => dim !== 1) ?? [];
    return dims.length === 1 && typeof dims[0] === 'number' ? [dims[0]] : [];
  });
