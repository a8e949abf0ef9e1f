/**
 * Rounds to `bits` significant bits (nearest, halves upwards). Processors differ in the last bits of a float
 * convolution: values from activations are rounded by this before anything is decided from them, so that all machines
 * decide alike.
 */
export function roundSignificant(value: number, bits: number): number {
  if (value === 0 || !Number.isFinite(value)) return value;
  const exponent = Math.floor(Math.log2(Math.abs(value)));
  const unit = 2 ** (exponent - bits + 1);
  return Math.round(value / unit) * unit;
}

/** Rounds half to even, as ONNX QuantizeLinear and every IEEE machine do. */
export function roundHalfEven(value: number): number {
  const rounded = Math.round(value);
  return Math.abs(value % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

/**
 * `value + ROUNDER - ROUNDER` is {@link roundHalfEven} for inner loops, where |value| < 2^51: the sum has no bits for a
 * fraction, and IEEE addition rounds half to even.
 */
export const ROUNDER = 1.5 * 2 ** 52;

/** Significant bits kept of ranges and scales that come from activations. */
export const RANGE_BITS = 12;
/** Significant bits kept of errors that come from activations. */
export const ERROR_BITS = 10;
/** Significant bits kept of output losses, which are small differences between two runs of a model. */
export const SENSITIVITY_BITS = 4;
/** Significant bits kept of encoded sizes that come from activations. */
export const SIZE_BITS = 10;
