/**
 * The two 16-bit float formats, as bit patterns. binary16 (IEEE 754): 1 sign bit, 5 exponent bits, 10 fraction bits.
 * bfloat16: the upper 16 bits of a binary32.
 */
import { roundHalfEven } from './round.js';

/** Value of a binary16 bit pattern. */
export function float16ToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

let table: Float32Array | undefined;

/** Values of binary16 bit patterns. */
export function float16sToFloat32(bits: Uint16Array): Float32Array {
  table ??= Float32Array.from({ length: 0x10000 }, (_, pattern) => float16ToNumber(pattern));
  const values = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) values[i] = table[bits[i]];
  return values;
}

/** Bit pattern of the nearest binary16, ties to even; infinity from 65520 on, 0x7e00 for NaN. */
export function numberToFloat16(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const magnitude = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  if (magnitude >= 65520) return sign | 0x7c00;
  // The exponent of the spacing around the value; below 2^-14 values are subnormal and evenly spaced.
  const exponent = Math.max(-14, Math.floor(Math.log2(magnitude || 1e-10)));
  const steps = roundHalfEven(magnitude / 2 ** (exponent - 10));
  // 2048 steps carry into the exponent field, and so does a subnormal that rounds up to 1024 steps.
  return sign | (((exponent + 14) << 10) + steps);
}

/** Values of bfloat16 bit patterns. */
export function bfloat16sToFloat32(bits: Uint16Array): Float32Array {
  const wide = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) wide[i] = bits[i] << 16;
  return new Float32Array(wide.buffer);
}
