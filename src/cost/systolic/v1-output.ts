import type { Array2d } from './geometry.js';
import { type Lanes, run, sumOfProducts } from './lanes.js';
import type { V1Product } from './v1-product.js';
import { type RowRun, rowRuns } from './v1-rows.js';

/**
 * Cycles of SCALE-Sim v1, "os": inputs, filters and outputs run side by side, and a fold begins while the one before it
 * drains.
 */
export function outputStationaryCycles(
  { array: { rows, columns } }: Pick<Array2d, 'array'>,
  product: V1Product,
): number {
  const { m, n, k } = product;
  const { rowFolds, columnFolds, filterCycles } = foldsOf(rows, columns, product);
  const lastRow = m <= rows || m % rows === 0 ? Math.min(m, rows) : Math.max(m % rows, rows - k);
  return Math.max(columnFolds * rowFolds * k + lastRow - 1, filterCycles, writeCycles(rows, columns, m, n, k));
}

/**
 * Rows in use times columns in use, summed over the cycles in which v1 reads, and the number of those cycles.
 *
 * @internal tests hold it against the utilisation that v1 reports
 */
export function outputStationaryUse(
  { array: { rows, columns } }: Pick<Array2d, 'array'>,
  product: V1Product,
): { cells: number; readCycles: number } {
  const { n, k } = product;
  const { columnFolds, columnCycles, fullColumns, filterCycles } = foldsOf(rows, columns, product);
  const runs = rowRuns(rows, columnFolds, product);
  const readCycles = firstPause(runs, k, filterCycles);
  const down: Lanes = { bends: [] };
  for (const { from, end } of runs) run(down, from, 0, 1, end - from);
  const across: Lanes = { bends: [] };
  run(across, 0, 0, fullColumns, columnFolds * columnCycles);
  run(across, 0, fullColumns, Math.min(columns, n), (columnFolds - 1) * columnCycles);
  return { cells: sumOfProducts(down, across, readCycles), readCycles };
}

/** v1 stops at the first cycle, once the filters are read, at which no row is inside a window. */
function firstPause(runs: readonly RowRun[], k: number, filterCycles: number): number {
  let cycle = filterCycles;
  const late = runs.filter(({ end }) => end > filterCycles);
  while (late.some(({ start, from, end }) => from <= cycle && cycle < end && (cycle - start) % k !== 0)) cycle++;
  return cycle;
}

function foldsOf(rows: number, columns: number, { m, n, k, unrounded = m }: V1Product) {
  const columnFolds = Math.ceil(n / columns);
  /** Cycles of a column in one column fold. */
  const columnCycles = Math.ceil(unrounded / rows) * k;
  /** Columns that have a filter in the last column fold too. */
  const fullColumns = ((n - 1) % columns) + 1;
  return {
    rowFolds: Math.ceil(m / rows),
    columnFolds,
    columnCycles,
    fullColumns,
    /** Cycles until the last filter is read. */
    filterCycles: Math.max(
      fullColumns - 1 + columnCycles * columnFolds,
      columnFolds > 1 ? columns - 1 + columnCycles * (columnFolds - 1) : 0,
    ),
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
