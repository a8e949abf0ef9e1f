import type { LayerShape } from '../profile/profile.js';
import type { Device, OperandBits, SystolicDevice } from './device.js';
import { operandBytes } from './operands.js';
import { fold, type Gemm, gemmOfConvolution, offChipReads } from './systolic.js';

/** Bytes that one layer moves. */
export interface Traffic {
  /** Between compute and on-chip memory. */
  onChip: number;
  /** Between on-chip and off-chip memory. */
  offChip: number;
}

/** Partial sums are 32 bits wide, whatever the operands are. */
const PARTIAL_SUM_BITS = 32;

/**
 * What a layer moves, for its energy. On a systolic array: the reads and writes of its buffers, fold by fold, and the off-chip reads
 * of its double buffers. Elsewhere nothing is known of reuse: every operand passes both memories once.
 */
export function layerTraffic(device: Device | { kind: 'table' }, shape: LayerShape, bits: OperandBits): Traffic {
  const gemm = shape.gemm ?? (shape.conv && gemmOfConvolution(shape.conv));
  if (device.kind === 'systolic' && gemm && shape.macs > 0) return systolicTraffic(device, gemm, shape, bits);
  const bytes = operandBytes(shape, bits);
  return { onChip: bytes, offChip: bytes };
}

function systolicTraffic(device: SystolicDevice, gemm: Gemm, shape: LayerShape, bits: OperandBits): Traffic {
  const { m, n, k, count } = gemm;
  // The second operand of a product of two activations is no parameter: it is read as filters are, at the bits of an input.
  const stored = shape.parameters > 0;
  const weights = stored ? bits.weights : bits.input;
  const filter = stored ? shape.parameters : Math.min(shape.inputElements, n * k * count);
  const activations = shape.inputElements - (stored ? 0 : filter);
  const ifmap = Math.min(activations, m * k * count);
  const reads = offChipReads(device, gemm, { ifmap, filter }, { ...bits, weights });
  const written = shape.outputElements * bits.output;
  const offChip = (reads.ifmap + activations - ifmap) * bits.input + reads.filter * weights + written;
  const { rowFolds, columnFolds } = fold(device, gemm);
  // What is stationary is read once; what streams past it, once per fold across; in ws and is, sums are written once per fold along k.
  const [ifmapTimes, filterTimes, sumTimes] = {
    os: [columnFolds, rowFolds, 1],
    ws: [columnFolds, 1, rowFolds],
    is: [1, columnFolds, rowFolds],
  }[device.dataflow];
  const sums = m * n * sumTimes * (sumTimes > 1 ? PARTIAL_SUM_BITS : bits.output);
  const onChip = count * (m * k * ifmapTimes * bits.input + n * k * filterTimes * weights + sums);
  return { onChip: onChip / 8, offChip: offChip / 8 };
}
