import type { Fact } from '../onnx/graph.js';

/** How a model takes a picture. */
export interface PictureInput {
  layout: 'nchw' | 'nhwc';
  channels: 1 | 3;
  width: number;
  height: number;
  /** Whether the model leaves width or height open, so that they were chosen. */
  isChosen: boolean;
}

/** Default side of a picture: a multiple of 32, for models that halve it five times. */
const SIDE = 224;

/** Reads an input as a picture with one or three channels; undefined if it is not one. */
export function pictureInput({ dtype, shape }: Pick<Fact, 'dtype' | 'shape'>): PictureInput | undefined {
  if (!shape || shape.length < 3 || shape.length > 4 || dtype === 'string' || dtype === 'bool') return undefined;
  if (shape.length === 4 && typeof shape[0] === 'number' && shape[0] !== 1) return undefined;
  const [first, middle, last] = shape.slice(-3);
  const readings = [
    { layout: 'nchw' as const, channels: first, height: middle, width: last },
    { layout: 'nhwc' as const, channels: last, height: first, width: middle },
  ].flatMap(({ channels, ...reading }) =>
    channels === 1 || channels === 3 ? [{ ...reading, channels: channels as 1 | 3 }] : [],
  );
  // Both axes could be the channels: take the one that leaves a larger picture.
  const [best] = readings.sort((a, b) => leastSide(b) - leastSide(a));
  if (!best)
    return typeof first === 'string' && typeof last === 'string' && shape.length === 4
      ? chosen('nchw', 3, middle, last)
      : undefined;
  return chosen(best.layout, best.channels, best.height, best.width);
}

const leastSide = ({ height, width }: { height: number | string; width: number | string }) =>
  Math.min(sideOf(height), sideOf(width));

/** An open dimension matches any size. */
const sideOf = (dim: number | string) => (typeof dim === 'number' ? dim : Infinity);

function chosen(
  layout: 'nchw' | 'nhwc',
  channels: 1 | 3,
  height: number | string,
  width: number | string,
): PictureInput {
  const isChosen = typeof height !== 'number' || typeof width !== 'number';
  // If one side is known, assume a square.
  const side = typeof height === 'number' ? height : typeof width === 'number' ? width : SIDE;
  return {
    layout,
    channels,
    height: typeof height === 'number' ? height : side,
    width: typeof width === 'number' ? width : side,
    isChosen,
  };
}

/** Shape of the input with these numbers and a batch of one; undefined if only the batch is open. */
export function pictureShape({ shape = [] }: Pick<Fact, 'shape'>, picture: PictureInput): number[] | undefined {
  if (shape.slice(shape.length === 4 ? 1 : 0).every((dim) => typeof dim === 'number')) return undefined;
  const { channels, height, width } = picture;
  const dims = picture.layout === 'nchw' ? [channels, height, width] : [height, width, channels];
  return shape.length === 4 ? [1, ...dims] : dims;
}
