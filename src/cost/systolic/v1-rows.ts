import type { V1Product } from './v1-product.js';

/** A row of the array reads inputs in the cycles [from, end); within `phase` of the start of a window. */
export interface RowRun {
  from: number;
  end: number;
  /** Cycle at which the window that is read first began: earlier than `from` where the row joins it midway. */
  start: number;
}

interface Row {
  /** Cycles of a column fold: windows of this row times their size. */
  length: number;
  fold: number;
  /** Where the current fold began, and NaN while the row waits. */
  start: number;
  end: number;
}

/**
 * When each row of the array reads inputs in SCALE-Sim v1, output stationary. Row r begins r cycles after row 0. A row
 * that is through with a column fold before the row above it waits for that row; one waiting row a cycle is let go, the
 * uppermost first, one cycle behind the window that the row above it then reads.
 */
export function rowRuns(rows: number, columnFolds: number, { m, k }: Pick<V1Product, 'm' | 'k'>): RowRun[] {
  const active: Row[] = Array.from({ length: Math.min(rows, m) }, (_, r) => {
    const length = Math.ceil((m - r) / rows) * k;
    return { length, fold: 0, start: r, end: r + length };
  });
  const runs: RowRun[] = active.map(({ start, end }) => ({ from: start, end, start }));
  const begin = (row: Row, start: number, from: number) => {
    row.start = start;
    row.end = start + row.length;
    runs.push({ from, end: row.end, start });
  };
  const isWaiting = (row: Row | undefined) => row !== undefined && Number.isNaN(row.start);

  for (let cycle = nextEnd(active); cycle < Number.POSITIVE_INFINITY; ) {
    active.forEach((row, r) => {
      if (row.end !== cycle) return;
      row.fold++;
      const above = active[r - 1];
      if (row.fold === columnFolds) row.end = Number.POSITIVE_INFINITY;
      else if (above && (row.fold > above.fold || isWaiting(above))) {
        row.start = Number.NaN;
        row.end = Number.POSITIVE_INFINITY;
      } else begin(row, cycle, cycle);
    });
    const mayGo = (row: Row, r: number) =>
      isWaiting(row) && row.fold === active[r - 1].fold && !isWaiting(active[r - 1]);
    const freed = active.findIndex(mayGo);
    if (freed > 0) {
      const { start } = active[freed - 1];
      const passed = cycle - start;
      const window = passed < 0 ? start : cycle - (passed % k);
      begin(active[freed], window + 1, Math.max(cycle, window + 1));
    }
    cycle = active.some(mayGo) ? cycle + 1 : nextEnd(active);
  }
  return runs;
}

const nextEnd = (rows: readonly Row[]): number =>
  rows.reduce((least, { end }) => Math.min(least, end), Number.POSITIVE_INFINITY);
