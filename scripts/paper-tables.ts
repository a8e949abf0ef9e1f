import { join } from 'node:path';
import { solve } from '../src/planner/solve.js';
import { readCsv, readTables } from '../src/planner/tables.js';

/**
 * Plans every cell of the paper's own cost tables and compares with the proven optimum. Bundle with esbuild and run with node; the
 * argument is the folder of the tables. Prints one line per cell and a summary.
 */
const folder = process.argv[2] ?? '../shared/paper-tables';
const memory = new Map(readCsv(join(folder, 'reference.csv')).map((row) => [row.text('model'), row.number('device_memory_kb')]));
const times: number[] = [];
let worst = 0;
let worstGap = 0;
for (const row of readCsv(join(folder, 'optimum.csv'))) {
  const model = row.text('model');
  const problem = readTables(folder, {
    model,
    mbps: row.number('mbps'),
    errorLimit: row.maybe('error_limit'),
    deviceMemoryKb: memory.get(model),
  });
  const start = performance.now();
  const { best, optimality } = solve(problem);
  const milliseconds = performance.now() - start;
  const expected = row.number('total_seconds');
  const excess = best ? best.latency.total / expected - 1 : Number.NaN;
  times.push(milliseconds);
  worst = Math.max(worst, excess);
  worstGap = Math.max(worstGap, optimality.gap);
  const cut = best ? best.assignment.edge.filter(Boolean).length - 1 : Number.NaN;
  console.log(
    model.padEnd(13),
    String(row.number('mbps')).padStart(3),
    row.text('limit_name'),
    `excess ${excess.toExponential(1)} gap ${optimality.gap.toExponential(1)} cut ${cut}/${row.number('split_index')} ${milliseconds.toFixed(1)} ms`,
  );
}
times.sort((a, b) => a - b);
console.log(
  `${times.length} cells: worst excess ${worst.toExponential(1)}, worst gap ${worstGap.toExponential(1)}, median ${times[times.length >> 1].toFixed(1)} ms, worst ${times[times.length - 1].toFixed(1)} ms`,
);
