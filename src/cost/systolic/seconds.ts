import type { LayerShape } from '../../calibrate/profile.js';
import type { OperandBits, SystolicDevice } from '../device.js';
import { systolicWork } from './work.js';

/**
 * Seconds of a layer: the longer of computing and moving its data, plus the load of the first tile, which nothing
 * hides. Bits change the traffic, never the cycles; a float layer takes the same cycles. Layers without
 * multiply-accumulates are bound by bandwidth.
 */
export function systolicSeconds(device: SystolicDevice, shape: LayerShape, bits: OperandBits): number {
  const { cycles, offChipBytes, firstBytes } = systolicWork(device, shape, bits);
  return Math.max(cycles / device.clock, offChipBytes / device.bandwidth) + firstBytes / device.bandwidth;
}
