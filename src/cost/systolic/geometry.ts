import type { LayerShape } from '../../calibrate/profile.js';
import type { SystolicDevice } from '../device.js';

/** `count` products of an M x K by a K x N matrix. */
export type Gemm = NonNullable<LayerShape['gemm']>;
export type Convolution = NonNullable<LayerShape['conv']>;

/** All that the simulator itself knows: one picture, its padding included, and filters over all of its channels. */
export type DenseConvolution = Omit<Convolution, 'groups'>;

/** The array and how operands lie on it. */
export type Array2d = Pick<SystolicDevice, 'array' | 'dataflow'>;

/** How a product lies on the array: column folds outside, row folds inside, `lines` cycles each. */
export interface Folding {
  rowFolds: number;
  columnFolds: number;
  /** Cycles of one fold, filling and draining included. */
  lines: number;
  /** What is spread over the rows, and over the columns, of all folds. */
  spreadRows: number;
  spreadColumns: number;
  /** Elements that stream through each row or column in one fold. */
  steps: number;
}

/** SCALE-Sim v2, "compute cycles": a partial last window counts. */
export const windowsAlong = (size: number, kernel: number, stride: number) =>
  Math.ceil((size - kernel + stride) / stride);

/** The product that a dense convolution is. SCALE-Sim v2, "compute cycles". */
export function productOf(conv: DenseConvolution): Omit<Gemm, 'count'> {
  const m =
    windowsAlong(conv.inputHeight, conv.kernelHeight, conv.strideHeight) *
    windowsAlong(conv.inputWidth, conv.kernelWidth, conv.strideWidth);
  return { m, n: conv.filters, k: conv.kernelHeight * conv.kernelWidth * conv.channels };
}

/** SCALE-Sim v2, "compute cycles", fold structure; an edge fold costs as much as a full one. */
export function fold({ array: { rows, columns }, dataflow }: Array2d, { m, n, k }: Omit<Gemm, 'count'>): Folding {
  const [spreadRows, spreadColumns, steps] = dataflow === 'os' ? [m, n, k] : dataflow === 'ws' ? [k, n, m] : [k, m, n];
  const load = dataflow === 'os' ? rows : 2 * rows;
  return {
    rowFolds: Math.ceil(spreadRows / rows),
    columnFolds: Math.ceil(spreadColumns / columns),
    lines: steps + load + columns - 2,
    spreadRows,
    spreadColumns,
    steps,
  };
}
