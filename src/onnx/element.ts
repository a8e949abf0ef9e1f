import type { ElementType } from './graph.js';

/** onnx.proto, enum TensorProto.DataType: [name, number, bits of one element (0: no fixed width)]. */
const TYPES: readonly (readonly [ElementType, number, number])[] = [
  ['float32', 1, 32],
  ['uint8', 2, 8],
  ['int8', 3, 8],
  ['uint16', 4, 16],
  ['int16', 5, 16],
  ['int32', 6, 32],
  ['int64', 7, 64],
  ['string', 8, 0],
  ['bool', 9, 8],
  ['float16', 10, 16],
  ['float64', 11, 64],
  ['uint32', 12, 32],
  ['uint64', 13, 64],
  ['complex64', 14, 64],
  ['complex128', 15, 128],
  ['bfloat16', 16, 16],
  ['float8e4m3fn', 17, 8],
  ['float8e4m3fnuz', 18, 8],
  ['float8e5m2', 19, 8],
  ['float8e5m2fnuz', 20, 8],
  ['uint4', 21, 4],
  ['int4', 22, 4],
  ['float4e2m1', 23, 4],
  ['float8e8m0', 24, 8],
  ['uint2', 25, 2],
  ['int2', 26, 2],
];

const BY_NUMBER = new Map(TYPES.map(([name, number]) => [number, name]));
const NUMBER = new Map(TYPES.map(([name, number]) => [name, number]));
const BITS = new Map(TYPES.map(([name, , bits]) => [name, bits]));

/** The element type with this ONNX number; undefined where there is none. */
export const elementType = (number: number): ElementType | undefined => BY_NUMBER.get(number);

/** ONNX number of an element type. */
export const elementNumber = (dtype: ElementType): number => NUMBER.get(dtype) ?? 0;

/** Bits of one element; undefined for strings, which have no fixed width. */
export const bitsOf = (dtype: ElementType): number | undefined => BITS.get(dtype) || undefined;

/** Number of elements; NaN where it is no safe integer or some dimension is negative. */
export function elementCount(dims: readonly number[]): number {
  let count = 1;
  for (const dim of dims) {
    if (dim < 0 || !Number.isSafeInteger(dim)) return Number.NaN;
    count *= dim;
  }
  return Number.isSafeInteger(count) ? count : Number.NaN;
}

/** Bytes of a tensor as ONNX stores it (elements of less than a byte are packed); NaN for strings and absurd sizes. */
export function tensorBytes(dtype: ElementType, dims: readonly number[]): number {
  const length = Math.ceil((elementCount(dims) * (bitsOf(dtype) ?? Number.NaN)) / 8);
  return Number.isSafeInteger(length) ? length : Number.NaN;
}
