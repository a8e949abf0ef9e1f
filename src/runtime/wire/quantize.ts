import { dequantizeAffine, dequantizeAffineAxis, quantizeAffine, quantizeAffineAxis } from '../../numerics/affine.js';
import { float16sToFloat32 } from '../../numerics/float16.js';
import type { PortType, WireTensor } from '../spec.js';
import type { TensorData } from '../types.js';

/** The part of a wire tensor that says how its codes map to values. */
export type WireQuantizer = Pick<WireTensor, 'name' | 'shape' | 'bits' | 'scale' | 'zeroPoint' | 'axis'>;

/** True where codes of `bits` bits travel, false where the tensor travels as it is. */
export function isQuantized(wire: Pick<WireTensor, 'scale'>): boolean {
  return wire.scale !== undefined;
}

/**
 * Values -> codes in 0 .. 2^bits - 1, one byte each up to 8 bits and two beyond: QuantizeLinear of ONNX at any number
 * of bits.
 */
export function quantizeWire(wire: WireQuantizer, values: Float32Array): Uint8Array | Uint16Array {
  const { scale = [1], zeroPoint = [0], axis, shape, bits } = wire;
  const codes = bits <= 8 ? new Uint8Array(values.length) : new Uint16Array(values.length);
  if (axis === undefined) return quantizeAffine(values, scale[0], zeroPoint[0], bits, codes);
  return quantizeAffineAxis(values, shape, axis, scale, zeroPoint, bits, codes);
}

/** Codes -> values; the inverse of {@link quantizeWire} up to half a scale. */
export function dequantizeWire(wire: WireQuantizer, codes: Uint8Array | Uint16Array): Float32Array {
  const { scale = [1], zeroPoint = [0], axis, shape } = wire;
  if (axis === undefined) return dequantizeAffine(codes, scale[0], zeroPoint[0]);
  return dequantizeAffineAxis(codes, shape, axis, scale, zeroPoint);
}

/** Float32 values of a tensor of any type. */
export function toFloat32(dtype: PortType, data: TensorData): Float32Array {
  if (data instanceof Float32Array) return data;
  if (data instanceof BigInt64Array) return Float32Array.from(data, Number);
  if (dtype === 'float16' && data instanceof Uint16Array) return float16sToFloat32(data);
  return Float32Array.from(data);
}
