import type { TensorValue } from '../inference/session.js';
import { bfloat16sToFloat32, float16sToFloat32 } from '../numerics/float16.js';
import { spreadIndices } from '../util/spread.js';

/** Outputs of one run of a model, by name. */
export type Outputs = Readonly<Record<string, TensorValue>>;

export type Numbers = ArrayLike<number>;

/** Elements of a tensor as numbers; undefined for strings and other types. */
export function numbersOf({ dtype, data }: TensorValue): Numbers | undefined {
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) return Float64Array.from(data, Number);
  if (dtype === 'float16' && data instanceof Uint16Array) return float16sToFloat32(data);
  if (dtype === 'bfloat16' && data instanceof Uint16Array) return bfloat16sToFloat32(data);
  return ArrayBuffer.isView(data) && !(data instanceof DataView) ? (data as unknown as Numbers) : undefined;
}

/** Elements for comparison: numbers, or strings. */
export const elementsOf = (value: TensorValue): ArrayLike<number | string> =>
  numbersOf(value) ?? (value.data as unknown as ArrayLike<string>);

/** A shape around one axis: element (o, i, n) of it is at (o * size + i) * inner + n. */
export interface Lanes {
  outer: number;
  size: number;
  inner: number;
}

export function lanesOf(shape: readonly number[], axis: number): Lanes {
  const product = (dims: readonly number[]) => dims.reduce((a, b) => a * b, 1);
  return { outer: product(shape.slice(0, axis)), size: shape[axis], inner: product(shape.slice(axis + 1)) };
}

/** Index where the lane of a position begins; positions count through outer and inner. */
export const laneStart = ({ size, inner }: Lanes, position: number): number =>
  Math.floor(position / inner) * size * inner + (position % inner);

/** By position: the index of the largest value of its lane, the first of equal ones. NaN is larger than nothing. */
export const largestIndices = (values: ArrayLike<number>, lanes: Lanes): Int32Array =>
  Int32Array.from({ length: lanes.outer * lanes.inner }, (_, position) => {
    const start = laneStart(lanes, position);
    let best = 0;
    for (let i = 1; i < lanes.size; i++)
      if (values[start + i * lanes.inner] > values[start + best * lanes.inner]) best = i;
    return best;
  });

/** At most `most` positions of a shape around an axis, evenly spread. */
export const spreadPositions = ({ outer, inner }: Lanes, most: number): number[] => spreadIndices(outer * inner, most);

/** Whether two elements are equal; NaN equals NaN. */
export const isSame = (a: number | string, b: number | string): boolean =>
  a === b || (Number.isNaN(a) && Number.isNaN(b));

/** Axes of more than one element. */
export const wideAxes = (shape: readonly number[]): number[] => shape.flatMap((dim, axis) => (dim > 1 ? [axis] : []));
