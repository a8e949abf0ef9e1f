import type { PortType } from './spec.js';

/** Names of the Open Inference Protocol for element types. */
export const DATATYPES = {
  float32: 'FP32',
  float64: 'FP64',
  float16: 'FP16',
  int64: 'INT64',
  int32: 'INT32',
  int16: 'INT16',
  int8: 'INT8',
  uint8: 'UINT8',
  uint16: 'UINT16',
  bool: 'BOOL',
} as const satisfies Record<PortType, string>;

/**
 * A datatype of the Open Inference Protocol; `BYTES` elements are a 4-byte little-endian length and that many bytes.
 */
export type Datatype = (typeof DATATYPES)[PortType] | 'BYTES';

/** Bytes of one element. */
export const ELEMENT_BYTES: Record<PortType, number> = {
  float32: 4,
  float64: 8,
  float16: 2,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint8: 1,
  uint16: 2,
  bool: 1,
};

/** Data of a tensor: `bool` as bytes of 0 and 1, `float16` as its bit patterns. */
export type TensorData =
  | Float32Array
  | Float64Array
  | BigInt64Array
  | Int32Array
  | Int16Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Uint16Array;

const CONSTRUCTORS = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  int64: BigInt64Array,
  int32: Int32Array,
  int16: Int16Array,
  int8: Int8Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  bool: Uint8Array,
} as const;

/** Name of the typed array of a type, for messages and declarations. */
export function arrayName(dtype: PortType): string {
  return CONSTRUCTORS[dtype].name;
}

export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, dimension) => product * dimension, 1);
}

/** Little-endian bytes of a tensor, without a copy. */
export function bytesOf(data: ArrayBufferView): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** Concatenates parts; a single part is returned itself. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0];
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Typed array over little-endian bytes; copied only where their offset is not aligned to the element. */
export function arrayOf(dtype: PortType, bytes: Uint8Array): TensorData {
  const size = ELEMENT_BYTES[dtype];
  const aligned = bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes);
  return new CONSTRUCTORS[dtype](
    aligned.buffer as ArrayBuffer,
    aligned.byteOffset,
    Math.floor(aligned.byteLength / size),
  );
}

/** True where `data` is a typed array of `dtype`. A Float16Array counts as float16. */
export function isArrayOf(dtype: PortType, data: unknown): data is TensorData {
  if (dtype === 'float16' && Object.prototype.toString.call(data) === '[object Float16Array]') return true;
  if (dtype === 'uint8' && data instanceof Uint8ClampedArray) return true;
  return data instanceof CONSTRUCTORS[dtype];
}

export function portTypeOf(datatype: string): PortType | undefined {
  return (Object.keys(DATATYPES) as PortType[]).find((dtype) => DATATYPES[dtype] === datatype);
}
