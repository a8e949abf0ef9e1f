import type { LayerShape } from '../calibrate/profile.js';
import { kindOf } from '../ops/index.js';
import type { OperandBits, RooflineDevice } from './device.js';
import { operandBytes } from './operands.js';
import { atPrecision } from './precision.js';

/** Peak of the precision that the bits ask for, or of the next wider one that the device has. */
export const peakOperations = (
  device: Pick<RooflineDevice, 'peak'>,
  bits: Pick<OperandBits, 'weights' | 'input' | 'float'>,
): number => atPrecision(device.peak, bits) ?? device.peak.fp32;

/**
 * Seconds of a layer: the longer of computing and moving its data, plus the overhead of a layer. Williams et al.,
 * "Roofline", CACM 2009.
 *
 * - Every operand is read once from off-chip memory and every output is written there once, even where it would fit on
 *   the chip: whether it stays there is up to the runtime, and assuming it would favour large edge sides.
 * - Layers without multiply-accumulates (sums, pooling, resizing, softmax) take the time of that traffic.
 */
export function rooflineSeconds(device: RooflineDevice, shape: LayerShape, bits: OperandBits): number {
  const efficiency =
    device.efficiency[shape.op] ?? device.efficiency[kindOf(shape.op).runsAs ?? 'default'] ?? device.efficiency.default;
  const compute = (2 * shape.macs) / (peakOperations(device, bits) * efficiency);
  return Math.max(compute, operandBytes(shape, bits) / device.bandwidth) + device.overhead;
}
