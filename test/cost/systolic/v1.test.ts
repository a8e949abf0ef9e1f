import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { v1Cycles, v1Utilisation } from '../../../src/cost/systolic/v1.js';
import type { V1Product } from '../../../src/cost/systolic/v1-product.js';
import { v1Product } from '../../../src/cost/systolic/v1-product.js';
import { arrays, convolutions } from './arbitrary.js';

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

/** Rows and columns in use in each cycle of os, lane by lane. */
function laneByLane(rows: number, columns: number, { m, n, k, unrounded = m }: V1Product) {
  const down: number[] = [];
  const across: number[] = [];
  const use = (lanes: number[], from: number, cycles: number) => {
    for (let cycle = from; cycle < from + cycles; cycle++) lanes[cycle] = (lanes[cycle] ?? 0) + 1;
  };
  const rowFolds = Math.ceil(m / rows);
  for (let fold = 0; fold < Math.ceil(n / columns); fold++)
    for (let row = 0; row < Math.min(rows, m); row++)
      use(down, fold * rowFolds * k + row, Math.ceil((m - row) / rows) * k);
  for (let column = 0; column < Math.min(columns, n); column++)
    use(across, column, Math.ceil((n - column) / columns) * Math.ceil(unrounded / rows) * k);
  const cycles = Math.max(down.length, across.length);
  let used = 0;
  for (let cycle = 0; cycle < cycles; cycle++) used += (down[cycle] ?? 0) * (across[cycle] ?? 0);
  return { cycles, used };
}

describe('SCALE-Sim v1', () => {
  it('takes the cycles and cells of every fold, or of every lane', () => {
    fc.assert(
      fc.property(arrays, convolutions, ({ array, dataflow }, conv) => {
        const product = v1Product(conv);
        const { rows, columns } = array;
        const { cycles, used } =
          dataflow === 'os' ? laneByLane(rows, columns, product) : foldByFold(rows, columns, dataflow, product);
        const ours = v1Cycles({ array, dataflow }, product);
        // In os the writes may take longer than the reads.
        if (dataflow === 'os') expect(ours).toBeGreaterThanOrEqual(cycles);
        else expect(ours).toBe(cycles);
        expect(v1Utilisation({ array, dataflow }, product)).toBeCloseTo((100 * used) / (cycles * rows * columns), 9);
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
