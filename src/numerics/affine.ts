/**
 * Affine quantizer of ONNX QuantizeLinear and DequantizeLinear: code = clamp(round(value / scale) + zeroPoint, 0,
 * 2^bits - 1), value = scale * (code - zeroPoint). All arithmetic is that of float32, rounding is half to even.
 */

import { ROUNDER } from './round.js';

/** Codes of at most 8 bits, or of up to 16. */
type Codes = Uint8Array | Uint16Array;

/**
 * Codes of `values` in [0, 2^bits - 1], one scale and zero-point for all. NaN becomes the zero-point.
 * @param codes where they go; needed beyond 8 bits, as a Uint16Array
 */
export function quantizeAffine<T extends Codes = Uint8Array>(
  values: Float32Array,
  scale: number,
  zeroPoint: number,
  bits: number,
  codes: T = new Uint8Array(values.length) as Codes as T,
): T {
  quantizeRange(values, codes, 0, values.length, scale, zeroPoint, bits);
  return codes;
}

/** As {@link quantizeAffine}, with one scale and zero-point per index of dimension `axis` of `dims`. */
export function quantizeAffineAxis<T extends Codes = Uint8Array>(
  values: Float32Array,
  dims: readonly number[],
  axis: number,
  scales: ArrayLike<number>,
  zeroPoints: ArrayLike<number>,
  bits: number,
  codes: T = new Uint8Array(values.length) as Codes as T,
): T {
  eachRun(values.length, dims, axis, (start, end, index) =>
    quantizeRange(values, codes, start, end, scales[index], zeroPoints[index], bits),
  );
  return codes;
}

/** Values of codes, one scale and zero-point for all. */
export function dequantizeAffine(codes: Codes | Int8Array, scale: number, zeroPoint: number): Float32Array {
  const values = new Float32Array(codes.length);
  dequantizeRange(codes, values, 0, codes.length, scale, zeroPoint);
  return values;
}

/** As {@link dequantizeAffine}, with one scale and zero-point per index of dimension `axis` of `dims`. */
export function dequantizeAffineAxis(
  codes: Codes | Int8Array,
  dims: readonly number[],
  axis: number,
  scales: ArrayLike<number>,
  zeroPoints: ArrayLike<number>,
): Float32Array {
  const values = new Float32Array(codes.length);
  eachRun(codes.length, dims, axis, (start, end, index) =>
    dequantizeRange(codes, values, start, end, scales[index], zeroPoints[index]),
  );
  return values;
}

function quantizeRange(
  values: Float32Array,
  codes: Codes,
  start: number,
  end: number,
  scale: number,
  zero: number,
  bits: number,
) {
  const divisor = Math.fround(scale);
  // A zero-point between codes (the mean of a picture's channel) shifts before rounding, a whole one after, as in ONNX.
  const whole = Math.floor(zero);
  const fraction = zero - whole;
  const low = -whole;
  const high = 2 ** bits - 1 - whole;
  for (let i = start; i < end; i++) {
    // A float32 quotient rounded from a double is exact: a double has 53 bits, more than 2 * 24 + 2.
    const quotient = Math.fround(values[i] / divisor);
    const clamped = Math.min(Math.max(quotient + fraction, low), high);
    codes[i] = Number.isNaN(clamped) ? whole : clamped + ROUNDER - ROUNDER + whole;
  }
}

function dequantizeRange(
  codes: Codes | Int8Array,
  values: Float32Array,
  start: number,
  end: number,
  scale: number,
  zero: number,
) {
  const factor = Math.fround(scale);
  for (let i = start; i < end; i++) values[i] = factor * (codes[i] - zero);
}

/** Calls `visit` for each contiguous run of elements that share one index of `axis`. */
function eachRun(
  length: number,
  dims: readonly number[],
  axis: number,
  visit: (start: number, end: number, index: number) => void,
): void {
  let inner = 1;
  for (let d = axis + 1; d < dims.length; d++) inner *= dims[d];
  const channels = dims[axis];
  if (inner === 0 || channels === 0) return;
  for (let start = 0, index = 0; start < length; start += inner, index = (index + 1) % channels)
    visit(start, start + inner, index);
}
