import type { Array2d } from './geometry.js';
import { type Lanes, run, sumOfProducts } from './lanes.js';
import type { V1Product } from './v1-product.js';

/**
 * SCALE-Sim v1, "os": inputs, filters and outputs run side by side, and a fold begins while the one before it drains.
 */
export interface OutputStationary {
  cycles: number;
  /** Cycles in which something is read. */
  readCycles: number;
}

export function outputStationary(
  { array: { rows, columns } }: Pick<Array2d, 'array'>,
  product: V1Product,
): OutputStationary {
  const { m, n, k } = product;
  const { rowFolds, columnFolds, columnCycles, fullColumns } = foldsOf(rows, columns, product);
  const filters = Math.max(
    fullColumns - 1 + columnCycles * columnFolds,
    columnFolds > 1 ? columns - 1 + columnCycles * (columnFolds - 1) : 0,
  );
  const lastRow = m <= rows || m % rows === 0 ? Math.min(m, rows) : Math.max(m % rows, rows - k);
  const readCycles = Math.max(columnFolds * rowFolds * k + lastRow - 1, filters);
  return { cycles: Math.max(readCycles, writeCycles(rows, columns, m, n, k)), readCycles };
}

/** Rows in use times columns in use, summed over the cycles of the reads. */
export function usedCells(
  { array: { rows, columns } }: Pick<Array2d, 'array'>,
  product: V1Product,
  readCycles: number,
): number {
  const { m, n, k } = product;
  const { rowFolds, columnFolds, columnCycles, fullColumns } = foldsOf(rows, columns, product);
  const fullRows = m - (rowFolds - 1) * rows;
  const down: Lanes = { bends: [] };
  for (let fold = 0; fold < columnFolds; fold++) {
    run(down, fold * rowFolds * k, 0, fullRows, rowFolds * k);
    run(down, fold * rowFolds * k, fullRows, Math.min(rows, m), (rowFolds - 1) * k);
  }
  const across: Lanes = { bends: [] };
  run(across, 0, 0, fullColumns, columnFolds * columnCycles);
  run(across, 0, fullColumns, Math.min(columns, n), (columnFolds - 1) * columnCycles);
  return sumOfProducts(down, across, readCycles);
}

function foldsOf(rows: number, columns: number, { m, n, k, unrounded = m }: V1Product) {
  return {
    rowFolds: Math.ceil(m / rows),
    columnFolds: Math.ceil(n / columns),
    /** Cycles of a column in one column fold. */
    columnCycles: Math.ceil(unrounded / rows) * k,
    /** Columns that have a filter in the last column fold too. */
    fullColumns: ((n - 1) % columns) + 1,
  };
}

/** Cycle after the last write. */
function writeCycles(rows: number, columns: number, m: number, n: number, k: number): number {
  const rowFolds = Math.ceil(m / rows);
  const tail = m - (rowFolds - 1) * rows;
  let lanes = Math.min(columns, n);
  let at = k + lanes - 1;
  for (let left = n; ; ) {
    at += (rowFolds - 1) * Math.max(k, rows);
    const last = at + tail;
    left -= lanes;
    if (left <= 0) return last;
    at -= tail + lanes - 1;
    lanes = Math.min(left, columns);
    at = Math.max(at + k + lanes, last);
  }
}
