import { float16ToNumber, numberToFloat16 } from '../numerics/float16.js';
import { AutosplitError } from '../util/error.js';
import type { SampleData, SampleType } from './types.js';

const ARRAYS = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
} as const satisfies Record<SampleType, unknown>;

const INTEGER_RANGES: Partial<Record<SampleType, [bigint, bigint]>> = {
  bool: [0n, 1n],
  int8: [-128n, 127n],
  uint8: [0n, 255n],
  int16: [-32768n, 32767n],
  uint16: [0n, 65535n],
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
};

export const isSampleType = (dtype: string | undefined): dtype is SampleType => dtype !== undefined && dtype in ARRAYS;

export const bytesPerElement = (dtype: SampleType): number => ARRAYS[dtype].BYTES_PER_ELEMENT;

export const isFloat = (dtype: SampleType): boolean => INTEGER_RANGES[dtype] === undefined;

export const showShape = (shape: readonly (number | string)[]): string => `[${shape.join(', ')}]`;

/** Error of a sample file; messages name it as `name` where given. */
export function invalidSample(
  file: string,
  message: string,
  options: { name?: string; hint?: string; cause?: unknown } = {},
): AutosplitError {
  const { name = file, hint, cause } = options;
  return new AutosplitError('SAMPLES_INVALID', `${name}: ${message}`, {
    location: { file },
    ...(hint && { hint }),
    ...(cause !== undefined && { cause }),
  });
}

/** Typed array over little-endian bytes, copied. */
export function elementsOf(dtype: SampleType, bytes: Uint8Array): SampleData {
  const copy = bytes.slice();
  return new ARRAYS[dtype](copy.buffer, 0, copy.byteLength / bytesPerElement(dtype));
}

/** Array of `count` values, each given by `valueAt`. */
export function fillElements(dtype: SampleType, count: number, valueAt: (index: number) => number): SampleData {
  const data = new ARRAYS[dtype](count);
  if (data instanceof BigInt64Array || data instanceof BigUint64Array)
    for (let i = 0; i < count; i++) data[i] = BigInt(valueAt(i));
  else if (dtype === 'float16') for (let i = 0; i < count; i++) data[i] = numberToFloat16(valueAt(i));
  else for (let i = 0; i < count; i++) data[i] = valueAt(i);
  return data;
}

/** Value of an element as a number. */
export function numberAt(dtype: SampleType, data: SampleData, index: number): number {
  return dtype === 'float16' ? float16ToNumber(Number(data[index])) : Number(data[index]);
}

/**
 * Converts elements: numbers to a float type with rounding, integers to an integer type that holds them. Where a value
 * does not fit, returns its index and a text that continues "holds".
 */
export function convertElements(
  data: SampleData,
  from: SampleType,
  to: SampleType,
): SampleData | { index: number; problem: string } {
  if (isFloat(from)) {
    const index = firstNonFinite(from, data);
    if (index >= 0) return { index, problem: String(numberAt(from, data, index)) };
  }
  if (from === to) return data;
  if (!isFloat(to)) return convertToIntegers(data, from, to);
  const converted = fillElements(to, data.length, (i) => numberAt(from, data, i));
  const index = firstNonFinite(to, converted);
  return index < 0 ? converted : { index, problem: `${numberAt(from, data, index)}, which is too large for ${to}` };
}

function convertToIntegers(
  data: SampleData,
  from: SampleType,
  to: SampleType,
): SampleData | { index: number; problem: string } {
  const [least, most] = INTEGER_RANGES[to] ?? [0n, 0n];
  if (isFloat(from)) return { index: 0, problem: `${from} values where the network reads ${to}` };
  for (let index = 0; index < data.length; index++) {
    const value = BigInt(data[index]);
    if (value < least || value > most) return { index, problem: `${value}, which does not fit ${to}` };
  }
  const converted = new ARRAYS[to](data.length);
  if (converted instanceof BigInt64Array || converted instanceof BigUint64Array)
    for (let i = 0; i < data.length; i++) converted[i] = BigInt(data[i]);
  else for (let i = 0; i < data.length; i++) converted[i] = Number(data[i]);
  return converted;
}

/** Index of the first NaN or infinity, -1 where there is none. */
function firstNonFinite(dtype: SampleType, data: SampleData): number {
  // All bits of the exponent set.
  if (dtype === 'float16') return (data as Uint16Array).findIndex((half) => (half & 0x7c00) === 0x7c00);
  if (data instanceof Float32Array || data instanceof Float64Array)
    return data.findIndex((value) => !Number.isFinite(value));
  return -1;
}

/** Row-major coordinates of an element. */
export function coordinates(index: number, shape: readonly number[]): number[] {
  let rest = index;
  return shape
    .toReversed()
    .map((dim) => {
      const at = rest % dim;
      rest = Math.floor(rest / dim);
      return at;
    })
    .toReversed();
}
