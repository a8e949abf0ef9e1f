import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { v1Cycles } from '../../../src/cost/systolic/v1.js';
import type { V1Product } from '../../../src/cost/systolic/v1-product.js';
import { arrays, convolutions } from './arbitrary.js';
import { v1Product, v1Utilisation } from './v1-report.js';

/** Cycles of ws and is fold by fold, and the cells in use, summed over them. */
function foldByFold(rows: number, columns: number, dataflow: 'ws' | 'is', { m, n, k, unrounded = m }: V1Product) {
  const spread = dataflow === 'ws' ? n : m;
  const stacked = Math.max(1, Math.floor(rows / k));
  let cycles = 0;
  let used = 0;
  for (let left = spread; left > 0; left -= stacked * columns)
    for (let deep = k; deep > 0; deep -= stacked > 1 ? k : rows) {
      const across = Math.min(left, stacked * columns);
      const down = Math.min(deep, rows);
      const load = k <= rows ? Math.ceil(across / columns) * k : down;
      const wide = Math.min(across, columns);
      const run = dataflow === 'ws' ? wide + down + m : down + n + wide - 1;
      const fold = load + (dataflow === 'ws' && k > rows ? Math.max(Math.floor(unrounded), run) : run);
      cycles += fold;
      used += fold * across * down;
    }
  return { cycles, used };
}

/** Output stationary, a cycle at a time: what each row and column of the array does in it. */
function cycleByCycle(rows: number, columns: number, { m, n, k, unrounded = m }: V1Product) {
  const [rowFolds, columnFolds] = [Math.ceil(unrounded / rows), Math.ceil(n / columns)];
  const down = Array.from({ length: Math.min(rows, m) }, (_, r) => {
    return { at: -r, windows: Math.ceil((m - r) / rows), left: 0, fold: 0, waits: false, isDone: false };
  });
  for (const row of down) row.left = row.windows;
  const across = Array.from({ length: Math.min(columns, n) }, (_, c) => {
    return { at: -c, left: Math.ceil((n - c) / columns) * rowFolds * k };
  });
  let [cycles, used] = [0, 0];
  do {
    cycles++;
    const reads = down.filter(({ at, waits, isDone }) => at >= 0 && !waits && !isDone).length;
    used += reads * across.filter(({ at, left }) => at >= 0 && left > 0).length;
    down.forEach((row, r) => {
      if (row.waits || row.isDone) return;
      row.at++;
      if (row.at <= 0 || row.at % k !== 0) return;
      row.at = 0;
      if (--row.left > 0) return;
      row.left = row.windows;
      row.fold++;
      row.isDone = row.fold === columnFolds;
      row.waits = !row.isDone && r > 0 && (row.fold > down[r - 1].fold || down[r - 1].waits);
    });
    const next = down.findIndex((row, r) => row.waits && row.fold === down[r - 1].fold && !down[r - 1].waits);
    if (next > 0) Object.assign(down[next], { waits: false, at: down[next - 1].at - 1 });
    for (const column of across) if (column.at++ >= 0) column.left--;
  } while (across.some(({ left }) => left > 0) || down.some(({ at, waits, isDone }) => at > 0 && !waits && !isDone));
  return { cycles, used };
}

describe('SCALE-Sim v1', () => {
  it('takes the cycles and cells of every fold, or of every cycle', () => {
    fc.assert(
      fc.property(arrays, convolutions, ({ array, dataflow }, conv) => {
        const product = v1Product(conv);
        const { rows, columns } = array;
        const { cycles, used } =
          dataflow === 'os' ? cycleByCycle(rows, columns, product) : foldByFold(rows, columns, dataflow, product);
        const ours = v1Cycles({ array, dataflow }, product);
        // In os the writes may take longer than the reads.
        if (dataflow === 'os') expect(ours).toBeGreaterThanOrEqual(cycles);
        else expect(ours).toBe(cycles);
        expect(v1Utilisation({ array, dataflow }, product)).toBeCloseTo((100 * used) / (cycles * rows * columns), 9);
      }),
      { numRuns: 300 },
    );
  });

  it.each([1, 2, 3])('waits as the original does in products of %d terms', (k) => {
    const counts = fc.record({ m: fc.integer({ min: 1, max: 60 }), n: fc.integer({ min: 1, max: 60 }) });
    fc.assert(
      fc.property(arrays, counts, ({ array }, { m, n }) => {
        const { cycles, used } = cycleByCycle(array.rows, array.columns, { m, n, k });
        const ours = v1Utilisation({ array, dataflow: 'os' }, { m, n, k });
        expect(ours).toBeCloseTo((100 * used) / (cycles * array.rows * array.columns), 9);
      }),
      { numRuns: 300 },
    );
  });

  it('does not count partial windows, but forgets so in places', () => {
    const conv = {
      inputHeight: 8,
      inputWidth: 7,
      channels: 2,
      kernelHeight: 3,
      kernelWidth: 2,
      strideHeight: 2,
      strideWidth: 2,
      filters: 5,
    };
    expect(v1Product(conv)).toEqual({ m: 9, n: 5, k: 12, unrounded: 12.25 });
  });
});
