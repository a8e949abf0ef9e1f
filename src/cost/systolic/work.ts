import type { LayerShape } from '../../calibrate/profile.js';
import type { OperandBits, SystolicDevice } from '../device.js';
import { type Folding, fold, type Gemm } from './geometry.js';
import { productsOf, readsOf } from './mapping.js';
import { offChipReads, PARTIAL_SUM_BITS } from './off-chip.js';
import { v1Cycles } from './v1.js';
import { computeCycles } from './v2-cycles.js';

/** What a systolic array does for one layer. */
export interface SystolicWork {
  /** Compute cycles; bits and floating point change nothing. */
  cycles: number;
  /** Bytes between off-chip and on-chip memory, in both directions. */
  offChipBytes: number;
  /** Bytes that the array reads from and writes to its buffers. */
  onChipBytes: number;
  /** Those of the off-chip bytes that must be there before the first cycle. */
  firstBytes: number;
}

/**
 * Cycles and traffic of a layer at the bits of its operands. Cycles: SCALE-Sim v2 or v1, as the device's `model` says.
 * Off-chip traffic: see {@link offChipReads}. On-chip traffic: SCALE-Sim v2, "SRAM reads" and "writes", without the
 * writes that it adds in os; partial sums of more than one row fold are 32 bits wide. Layers without
 * multiply-accumulates move their data once, and cost no cycles.
 */
export function systolicWork(device: SystolicDevice, shape: LayerShape, bits: OperandBits): SystolicWork {
  const { rows, columns } = device.array;
  const gemm = productsOf(shape);
  const write = shape.outputElements * bits.output;
  if (!gemm || shape.macs === 0) {
    const bytes = (shape.inputElements * bits.input + shape.parameters * bits.weights + write) / 8;
    // Multiply-accumulates of an operator whose shape is not known: a full array.
    return { cycles: shape.macs / (rows * columns), offChipBytes: bytes, onChipBytes: bytes, firstBytes: 0 };
  }
  const { operands, others, bits: width } = readsOf(shape, gemm, bits);
  const folding = fold(device, gemm);
  const reads = offChipReads(device, gemm, operands, width, folding);
  // A fused layer may hold more products than its main one.
  const share = Math.max(1, shape.macs / (gemm.m * gemm.n * gemm.k * gemm.count));
  const cycles =
    device.model === 'scale-sim-v1' ? gemm.count * v1Cycles(device, gemm) : computeCycles(device, gemm, folding);
  return {
    cycles: cycles * share,
    offChipBytes: ((reads.ifmap + others) * width.input + reads.filter * width.weights + write) / 8,
    onChipBytes: (bufferBits(device.dataflow, gemm, folding, width) * share + others * width.input) / 8,
    firstBytes: firstTileBits(device, gemm, width) / 8,
  };
}

/** Bits that the array exchanges with its buffers. SCALE-Sim v2, "SRAM reads" and "writes". */
function bufferBits(
  dataflow: SystolicDevice['dataflow'],
  { m, n, k, count }: Gemm,
  { rowFolds, columnFolds }: Folding,
  bits: OperandBits,
): number {
  const ifmap = m * k * (dataflow === 'is' ? 1 : columnFolds);
  const filter = k * n * (dataflow === 'os' ? rowFolds : dataflow === 'is' ? columnFolds : 1);
  const partialSums = dataflow === 'os' ? 0 : m * n * (rowFolds - 1);
  return count * (ifmap * bits.input + filter * bits.weights + m * n * bits.output + partialSums * PARTIAL_SUM_BITS);
}

/** What must be there before the first cycle: the first stationary tile, or in os the first element of each lane. */
function firstTileBits(
  { array: { rows, columns }, dataflow }: SystolicDevice,
  { m, n, k }: Gemm,
  bits: OperandBits,
): number {
  if (dataflow === 'os') return Math.min(rows, m) * bits.input + Math.min(columns, n) * bits.weights;
  return (
    Math.min(rows, k) * (dataflow === 'ws' ? Math.min(columns, n) * bits.weights : Math.min(columns, m) * bits.input)
  );
}
