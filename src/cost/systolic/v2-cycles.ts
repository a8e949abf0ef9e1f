import { type Array2d, type Folding, fold, type Gemm } from './geometry.js';

/**
 * Compute cycles without stalls, exactly the simulator's `Total Cycles`: the number of the last cycle. SCALE-Sim v2,
 * "compute cycles". The simulator knows no groups: each is a product of its own, one after the other, so that a
 * depthwise convolution leaves most of the array idle.
 */
export function computeCycles(
  device: Array2d,
  gemm: Gemm,
  { rowFolds, columnFolds, lines }: Folding = fold(device, gemm),
): number {
  return gemm.count * (rowFolds * columnFolds * lines - 1);
}

/** In percent, as the simulator reports them. */
export interface Utilisation {
  /** Multiply-accumulates over cells and cycles, stalls included. */
  overall: number;
  /** Cells of all folds that hold something. */
  mapping: number;
  /** Of the cells, over the cycles of a fold. */
  compute: number;
}

/**
 * SCALE-Sim v2, "compute cycles". The simulator counts `columns - 1` lines too many in the compute utilisation of ws
 * and is; so does this.
 *
 * @param totalCycles Stalls included.
 */
export function utilisation(device: Array2d, product: Omit<Gemm, 'count'>, totalCycles: number): Utilisation {
  const { array, dataflow } = device;
  const { rowFolds, columnFolds, lines, spreadRows, spreadColumns, steps } = fold(device, product);
  const cells = array.rows * array.columns;
  const mapping = (100 * spreadRows * spreadColumns) / (rowFolds * columnFolds * cells);
  return {
    overall: (100 * product.m * product.n * product.k) / (totalCycles * cells),
    mapping,
    compute: (mapping * steps) / (dataflow === 'os' ? lines : lines + array.columns - 1),
  };
}

/** Words by operand. */
export interface Words {
  ifmap: number;
  filter: number;
  ofmap: number;
}

/**
 * Reads and writes of the on-chip buffers. SCALE-Sim v2, "compute cycles": words beyond the edge of the picture count
 * too. In os it adds rows + columns writes per fold, which are no outputs.
 */
export function sramWords(device: Array2d, product: Omit<Gemm, 'count'>): Words {
  const { m, n, k } = product;
  const { rowFolds, columnFolds } = fold(device, product);
  const ifmap = m * k;
  const filter = k * n;
  const ofmap = m * n;
  if (device.dataflow === 'os') {
    const { rows, columns } = device.array;
    return {
      ifmap: ifmap * columnFolds,
      filter: filter * rowFolds,
      ofmap: ofmap + rowFolds * columnFolds * (rows + columns),
    };
  }
  if (device.dataflow === 'ws') return { ifmap: ifmap * columnFolds, filter, ofmap: ofmap * rowFolds };
  return { ifmap, filter: filter * columnFolds, ofmap: ofmap * rowFolds };
}
