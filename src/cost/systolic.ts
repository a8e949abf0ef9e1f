import type { LayerShape } from '../profile/profile.js';
import type { OperandBits, SystolicDevice } from './device.js';

/** `count` products of an M x K by a K x N matrix. */
export type Gemm = NonNullable<LayerShape['gemm']>;
export type Convolution = NonNullable<LayerShape['conv']>;

/** How a product lies on the array: `folds` of `lines` cycles each. */
export interface Folding {
  rowFolds: number;
  columnFolds: number;
  /** Cycles of one fold, filling and draining included. */
  lines: number;
}

/** Accumulators are 32 bits wide whatever the operands are. */
const PARTIAL_SUM_BITS = 32;

/** The convolution as a product per group; the input is padded already. SCALE-Sim v2: a partial last window counts. */
export function gemmOfConvolution(conv: Convolution): Gemm {
  const height = Math.ceil((conv.inputHeight - conv.kernelHeight + conv.strideHeight) / conv.strideHeight);
  const width = Math.ceil((conv.inputWidth - conv.kernelWidth + conv.strideWidth) / conv.strideWidth);
  const k = (conv.kernelHeight * conv.kernelWidth * conv.channels) / conv.groups;
  return { m: height * width, n: conv.filters / conv.groups, k, count: conv.groups };
}

/** SCALE-Sim v2, fold structure; an edge fold costs as much as a full one. */
export function fold(
  { array: { rows, columns }, dataflow }: Pick<SystolicDevice, 'array' | 'dataflow'>,
  { m, n, k }: Omit<Gemm, 'count'>,
): Folding {
  const [spreadRows, spreadColumns, streamed] = dataflow === 'os' ? [m, n, k] : dataflow === 'ws' ? [k, n, m] : [k, m, n];
  const load = dataflow === 'os' ? rows : 2 * rows;
  return { rowFolds: Math.ceil(spreadRows / rows), columnFolds: Math.ceil(spreadColumns / columns), lines: streamed + load + columns - 2 };
}

/**
 * Compute cycles of SCALE-Sim v2 without stalls, exactly its `Total Cycles`: the number of the last cycle. The simulator knows no groups: each is
 * a product of its own, one after the other, so that a depthwise convolution leaves most of the array idle.
 */
export function computeCycles(device: Pick<SystolicDevice, 'array' | 'dataflow'>, gemm: Gemm): number {
  const { rowFolds, columnFolds, lines } = fold(device, gemm);
  return gemm.count * (rowFolds * columnFolds * lines - 1);
}

/** Elements of the two operands of one layer, as they lie in memory. */
export interface Operands {
  ifmap: number;
  filter: number;
}

/**
 * Elements read from off-chip memory. Column folds are the outer loop, row folds the inner one, and half of each buffer works while
 * the other half is filled (SCALE-Sim v2, section "DRAM traffic"). From this order:
 * - ws: filters are read once. Inputs are read once if those of a group fit, else once per column fold.
 * - os: filters are read once if those of a column fold fit, else once per row fold; inputs as in ws.
 * - is: inputs are read once. Filters are read once if those of a group fit, else once per column fold.
 * In ws and is the partial sums of a column fold wait in the output buffer. Where there is more than one row fold and they do not
 * fit, the stream is cut into pieces that do, and what is stationary is read once per piece unless a column fold of it fits its buffer.
 * Outputs are written once.
 */
export function offChipReads(device: SystolicDevice, gemm: Gemm, operands: Operands, bits: OperandBits): Operands {
  const { array, dataflow, sram } = device;
  const { m, n, k, count } = gemm;
  const { rowFolds, columnFolds } = fold(device, gemm);
  const fits = (elements: number, buffer: number, width: number) => elements < workingElements(buffer, width);
  const filterFits = (elements: number) => fits(elements, sram.filter, bits.weights);
  const inputFits = (elements: number) => fits(elements, sram.ifmap, bits.input);
  const [spread, streamed] = dataflow === 'is' ? [m, n] : [n, m];
  const lanes = Math.min(array.columns, spread);
  const pieces = rowFolds === 1 ? 1 : Math.ceil((streamed * lanes) / Math.max(1, workingElements(sram.ofmap, PARTIAL_SUM_BITS)));
  // Weights that serve several products (the steps of a recurrent layer) are read again for each unless all of them fit.
  const filter = filterFits(operands.filter) ? operands.filter : Math.max(operands.filter, n * k * count);
  const ifmapTimes = inputFits(operands.ifmap / count) ? 1 : columnFolds;
  if (dataflow === 'ws') return { ifmap: operands.ifmap * ifmapTimes, filter: filter * (filterFits(k * lanes) ? 1 : pieces) };
  if (dataflow === 'os')
    return { ifmap: operands.ifmap * ifmapTimes, filter: filter * (rowFolds === 1 || filterFits(k * lanes) ? 1 : rowFolds) };
  return {
    ifmap: operands.ifmap * (inputFits(k * lanes) ? 1 : pieces),
    filter: filter * (filterFits(operands.filter / count) ? 1 : columnFolds),
  };
}

/** Elements that the working half of a double buffer holds. SCALE-Sim v2: 50 * floor(words / 100), a word being one element. */
function workingElements(bytes: number, bits: number): number {
  return 50 * Math.floor((bytes * 8) / bits / 100);
}

/**
 * Seconds of a layer: the longer of computing and moving its data, plus the load of the first tile, which nothing hides. Bits change
 * the traffic, never the cycles; a float layer takes the same cycles. Layers without multiply-accumulates are bound by bandwidth.
 */
export function systolicSeconds(device: SystolicDevice, shape: LayerShape, bits: OperandBits): number {
  const gemm = shape.gemm ?? (shape.conv && gemmOfConvolution(shape.conv));
  const write = shape.outputElements * bits.output;
  if (!gemm || shape.macs === 0) {
    const traffic = shape.inputElements * bits.input + shape.parameters * bits.weights + write;
    // Multiply-accumulates of an operator whose shape is not known: a full array.
    return Math.max(shape.macs / (device.array.rows * device.array.columns * device.clock), traffic / 8 / device.bandwidth);
  }
  // The second operand of a product of two activations is no parameter: it is read as filters are, at the bits of an input.
  const stored = shape.parameters > 0;
  const width = stored ? bits : { ...bits, weights: bits.input };
  const filter = stored ? shape.parameters : Math.min(shape.inputElements, gemm.n * gemm.k * gemm.count);
  const activations = shape.inputElements - (stored ? 0 : filter);
  // What a fused operator reads besides (the other branch of an addition) is read once.
  const ifmap = Math.min(activations, shape.conv ? paddedElements(shape.conv) : gemm.m * gemm.k * gemm.count);
  const reads = offChipReads(device, gemm, { ifmap, filter }, width);
  const traffic = (reads.ifmap + activations - ifmap) * width.input + reads.filter * width.weights + write;
  // A fused layer may hold more products than its main one.
  const share = Math.max(1, shape.macs / (gemm.m * gemm.n * gemm.k * gemm.count));
  const compute = (computeCycles(device, gemm) * share) / device.clock;
  return Math.max(compute, traffic / 8 / device.bandwidth) + firstTileBits(device, gemm, width) / 8 / device.bandwidth;
}

const paddedElements = ({ inputHeight, inputWidth, channels }: Convolution) => inputHeight * inputWidth * channels;

/** What must be there before the first cycle: the first stationary tile, or in os the first element of each lane. */
function firstTileBits({ array: { rows, columns }, dataflow }: SystolicDevice, { m, n, k }: Gemm, bits: OperandBits): number {
  if (dataflow === 'os') return Math.min(rows, m) * bits.input + Math.min(columns, n) * bits.weights;
  return Math.min(rows, k) * (dataflow === 'ws' ? Math.min(columns, n) * bits.weights : Math.min(columns, m) * bits.input);
}
