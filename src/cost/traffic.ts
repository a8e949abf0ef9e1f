import type { LayerShape } from '../calibrate/profile.js';
import type { Device, OperandBits } from './device.js';
import { operandBytes } from './operands.js';
import { systolicWork } from './systolic/work.js';

/** Bytes that one layer moves. */
export interface Traffic {
  /** Between compute and on-chip memory. */
  onChip: number;
  /** Between on-chip and off-chip memory. */
  offChip: number;
}

/**
 * What a layer moves, for its energy: on a systolic array what its buffers read and write, elsewhere, where nothing is
 * known of reuse, every operand once through both memories.
 */
export function layerTraffic(device: Device | { kind: 'table' }, shape: LayerShape, bits: OperandBits): Traffic {
  if (device.kind === 'systolic') {
    const { onChipBytes, offChipBytes } = systolicWork(device, shape, bits);
    return { onChip: onChipBytes, offChip: offChipBytes };
  }
  const bytes = operandBytes(shape, bits);
  return { onChip: bytes, offChip: bytes };
}
