import type { OperandBits, SystolicDevice } from '../device.js';
import { workingWords } from './capacity.js';
import { type Folding, fold, type Gemm } from './geometry.js';
import type { Operands } from './mapping.js';

/** Accumulators are 32 bits wide whatever the operands are. */
export const PARTIAL_SUM_BITS = 32;

/**
 * Elements read from off-chip memory, in closed form, so that planning costs no time. Column folds are the outer loop,
 * row folds the inner one, and half of each buffer works while the other half is filled (SCALE-Sim v2, "DRAM traffic").
 * From this order:
 * - ws: filters are read once. Inputs are read once if those of a group fit, else once per column fold.
 * - os: filters are read once if those of a column fold fit, else once per row fold; inputs as in ws.
 * - is: inputs are read once. Filters are read once if those of a group fit, else once per column fold.
 * In ws and is the partial sums of a column fold wait in the output buffer. Where there is more than one row fold and
 * they do not fit, the stream is cut into pieces that do, and what is stationary is read once per piece unless a column
 * fold of it fits its buffer. Outputs are written once.
 *
 * Where partial sums fit, this is exactly the simulator's mode CALC for filters in ws and is, for inputs that fit and
 * for windows that do not overlap. The rest only streaming tells ({@link simulateV2}); here it is bounded:
 * - Overlapping windows that do not fit: once per column fold. The simulator loses words between two windows that share
 * them and
 *   reads them again, at worst once for each element of the kernel.
 * - Filters in os: a buffer that fills up on the way through a column fold is emptied there, which adds less than a
 * working half and
 *   one more reading. A last column fold that is narrower than the others is taken to fit only if they do.
 */
export function offChipReads(
  device: SystolicDevice,
  gemm: Gemm,
  operands: Operands,
  bits: OperandBits,
  { rowFolds, columnFolds }: Folding = fold(device, gemm),
): Operands {
  const { array, dataflow, sram } = device;
  const { m, n, k, count } = gemm;
  const filterFits = (elements: number) => elements < workingElements(sram.filter, bits.weights);
  const inputFits = (elements: number) => elements < workingElements(sram.ifmap, bits.input);
  const [spread, streamed] = dataflow === 'is' ? [m, n] : [n, m];
  const lanes = Math.min(array.columns, spread);
  const pieces =
    rowFolds === 1 ? 1 : Math.ceil((streamed * lanes) / Math.max(1, workingElements(sram.ofmap, PARTIAL_SUM_BITS)));
  // Weights that serve several products (the steps of a recurrent layer) are read again for each unless all of them
  // fit.
  const filter = filterFits(operands.filter) ? operands.filter : Math.max(operands.filter, n * k * count);
  const ifmapTimes = inputFits(operands.ifmap / count) ? 1 : columnFolds;
  if (dataflow === 'ws')
    return { ifmap: operands.ifmap * ifmapTimes, filter: filter * (filterFits(k * lanes) ? 1 : pieces) };
  if (dataflow === 'os')
    return {
      ifmap: operands.ifmap * ifmapTimes,
      filter: filter * (rowFolds === 1 || filterFits(k * lanes) ? 1 : rowFolds),
    };
  return {
    ifmap: operands.ifmap * (inputFits(k * lanes) ? 1 : pieces),
    filter: filter * (filterFits(operands.filter / count) ? 1 : columnFolds),
  };
}

/**
 * Elements that the working half of a double buffer holds: bits scale the words of a buffer, a word being one element.
 */
const workingElements = (bytes: number, bits: number) => workingWords((bytes * 8) / bits);
