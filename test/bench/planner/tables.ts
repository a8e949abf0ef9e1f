import { join } from 'node:path';
import type { Plan, PlanningProblem } from '../../../src/planner/core/problem.js';
import { type CsvRow, readCsv, readTables } from '../../../src/planner/core/tables.js';
import { solve } from '../../../src/planner/search/solve.js';
import { type Priced, readPrices } from './price.js';

const BIT_WIDTHS = [
  [1, 2, 4, 5, 6, 7, 8],
  [2, 4, 6, 8],
];

/** Rows of reference.csv to compare with. Those of a search are per error limit, the others ignore it. */
const METHODS: Record<string, { prefix: string; isPerLimit: boolean }> = {
  AUTOSPLIT_truecut: { prefix: 'AUTOSPLIT_truecut_', isPerLimit: true },
  AUTOSPLIT_mse: { prefix: 'AUTOSPLIT_', isPerLimit: true },
  REF_DP: { prefix: 'REF_DP_', isPerLimit: true },
  NEUROSURGEON_8: { prefix: 'NEUROSURGEON_8', isPerLimit: false },
  QDMP_DADS_8: { prefix: 'QDMP_DADS_8', isPerLimit: false },
  CLOUD_ONLY_16: { prefix: 'CLOUD_ONLY_16', isPerLimit: false },
};

/**
 * Plans every model, rate and error limit of a folder of cost tables in the format of Auto-Split's published code
 * (`layers/`, `latency/`, `mse/`, `reference.csv`; `optimum.csv` where there is one), and compares with what the folder
 * says of other methods. `ratios`: our total over theirs; below 1 we are faster. Methods without limits of their own
 * (`NEUROSURGEON_8`, `QDMP_DADS_8`, with an 8-bit cloud) are compared though their plans may break ours, which `unfit`
 * lists. The other methods searched seven bit-widths: the cells with four are at a disadvantage, but for `REF_DP`,
 * which has both.
 */
export function benchTables(folder: string, smoke: boolean) {
  const reference = readCsv(join(folder, 'reference.csv'));
  const optimum = readOptimum(folder);
  const cells = cellsOf(reference, smoke).flatMap((cell) =>
    BIT_WIDTHS.map((bits) => planCell(folder, reference, optimum, cell, bits)),
  );
  const names = Object.keys(METHODS);
  const excess = cells.flatMap((cell) => cell.excess ?? []);
  const summary = {
    cells: cells.length,
    planned: cells.filter(({ total }) => total !== null).length,
    milliseconds: spread(cells),
    gap: Math.max(...cells.map(({ gap }) => gap)),
    excess: excess.length > 0 ? { cells: excess.length, worst: Math.max(...excess), least: Math.min(...excess) } : null,
    deviation: Math.max(...cells.map(({ deviation }) => deviation)),
    byBits: BIT_WIDTHS.map((bits) => {
      const own = cells.filter((cell) => cell.bits === bits);
      return {
        bits,
        milliseconds: spread(own),
        ratios: Object.fromEntries(names.map((name) => [name, compare(own, name)])),
      };
    }),
  };
  const lines = [
    ...cells.map((cell) =>
      [
        cell.model.padEnd(13),
        `${cell.mbps}`.padStart(3),
        (cell.errorLimit === null ? 'none' : cell.errorLimit.toExponential(2)).padStart(9),
        cell.bits.join('').padEnd(8),
        `cut ${cell.split ?? '-'}`.padEnd(7),
        cell.total === null ? 'no plan' : `${cell.total.toFixed(6)} s`,
        `gap ${cell.gap.toExponential(0)}`,
        `${cell.milliseconds.toFixed(1)} ms`.padStart(10),
        ...names.flatMap((name) => (name in cell.ratios ? [`${name} ${cell.ratios[name].toFixed(3)}`] : [])),
      ].join('  '),
    ),
    '',
    `${summary.planned} of ${summary.cells} cells planned, median ${summary.milliseconds.median.toFixed(1)} ms, worst ${summary.milliseconds.worst.toFixed(1)} ms`,
    `widest gap ${summary.gap.toExponential(1)}, largest deviation from the tables priced anew ${summary.deviation.toExponential(1)}`,
    ...(summary.excess
      ? [`over the proven optimum: at most ${summary.excess.worst.toExponential(1)} in ${summary.excess.cells} cells`]
      : []),
    ...summary.byBits.flatMap(({ bits, milliseconds, ratios }) => [
      `bits ${bits.join(', ')}: median ${milliseconds.median.toFixed(1)} ms, worst ${milliseconds.worst.toFixed(1)} ms; our total over theirs:`,
      ...names.map((name) => {
        const { worst, worstFit, geometricMean, cells: count, unfit } = ratios[name];
        const note =
          unfit > 0
            ? `, ${fixed(worstFit)} where theirs is within the limits (${count - unfit} of ${count} cells)`
            : '';
        return `  ${name.padEnd(18)} ${fixed(geometricMean)} on the geometric mean, ${fixed(worst)} at worst${note}`;
      }),
    ]),
  ];
  return { result: { benchmark: 'planner', folder, cells, summary }, text: lines.join('\n') };
}

interface Cell {
  model: string;
  mbps: number;
  errorLimit: number | undefined;
  deviceMemoryKb: number | undefined;
}

const isSame = (a: number | undefined, b: number | undefined) =>
  a === b || (a !== undefined && b !== undefined && Math.abs(a / b - 1) < 1e-9);

function cellsOf(reference: CsvRow[], smoke: boolean): Cell[] {
  const cells: Cell[] = [];
  for (const row of reference) {
    const cell = cellOf(row);
    if (
      !cells.some(
        (known) => known.model === cell.model && known.mbps === cell.mbps && isSame(known.errorLimit, cell.errorLimit),
      )
    )
      cells.push(cell);
  }
  return smoke ? cells.filter(({ model, mbps }) => model === cells[0].model && mbps === cells[0].mbps) : cells;
}

const cellOf = (row: CsvRow): Cell => ({
  model: row.text('model'),
  mbps: row.number('mbps'),
  errorLimit: row.maybe('error_limit'),
  deviceMemoryKb: row.maybe('device_memory_kb'),
});

/** Proven totals by cell; empty where the folder has none. */
function readOptimum(folder: string): { cell: Pick<Cell, 'model' | 'mbps' | 'errorLimit'>; seconds: number }[] {
  try {
    return readCsv(join(folder, 'optimum.csv')).map((row) => ({
      cell: { model: row.text('model'), mbps: row.number('mbps'), errorLimit: row.maybe('error_limit') },
      seconds: row.number('total_seconds'),
    }));
  } catch {
    return [];
  }
}

function planCell(
  folder: string,
  reference: CsvRow[],
  optimum: ReturnType<typeof readOptimum>,
  cell: Cell,
  bits: number[],
) {
  const { model, mbps, errorLimit, deviceMemoryKb } = cell;
  const problem = readTables(folder, { model, mbps, bits, errorLimit, deviceMemoryKb });
  const started = performance.now();
  const { best, optimality } = solve(problem);
  const milliseconds = performance.now() - started;
  const proven = optimum.find(
    (o) => o.cell.model === model && o.cell.mbps === mbps && isSame(o.cell.errorLimit, errorLimit),
  );
  const rivals = best ? rivalsOf(reference, cell, bits) : [];
  return {
    model,
    mbps,
    errorLimit: errorLimit ?? null,
    bits,
    split: best ? best.assignment.edge.lastIndexOf(true) : null,
    total: best?.latency.total ?? null,
    error: best?.error ?? null,
    edgeKb: best ? best.memory.total / 1024 : null,
    bound: optimality.lowerBound,
    gap: optimality.gap,
    milliseconds,
    ratios: Object.fromEntries(
      rivals.map(({ name, seconds }) => [name, (best?.latency.total ?? Number.NaN) / seconds]),
    ),
    unfit: rivals.flatMap(({ name, isFit }) => (isFit ? [] : [name])),
    // The optimum is over the seven bit-widths.
    ...(best && proven && bits === BIT_WIDTHS[0] ? { excess: best.latency.total / proven.seconds - 1 } : {}),
    deviation: best ? deviationOf(readPrices(folder, model, mbps), problem, best) : 0,
  };
}

/** The fastest row of each method in a cell; of those that searched other bit-widths than we may use, none. */
function rivalsOf(
  reference: CsvRow[],
  cell: Cell,
  bits: number[],
): { name: string; seconds: number; isFit: boolean }[] {
  const own = reference.filter((row) => row.text('model') === cell.model && row.number('mbps') === cell.mbps);
  return Object.entries(METHODS).flatMap(([name, { prefix, isPerLimit }]) => {
    const rows = own.filter((row) => {
      const method = row.text('method');
      if (isPerLimit ? !isSame(row.maybe('error_limit'), cell.errorLimit) : false) return false;
      if (name === 'AUTOSPLIT_mse') return /^AUTOSPLIT_(mse[^_]*|nomse)$/.test(method);
      if (name === 'REF_DP') return method.startsWith(bits === BIT_WIDTHS[0] ? 'REF_DP_Bcode' : 'REF_DP_B2468');
      return method.startsWith(prefix);
    });
    const [fastest] = rows.sort((a, b) => a.number('total_seconds') - b.number('total_seconds'));
    if (!fastest) return [];
    const limit = cell.errorLimit ?? Number.POSITIVE_INFINITY;
    const isFit = fastest.text('fits') !== 'False' && fastest.number('error') <= limit * (1 + 1e-6);
    return [{ name, seconds: fastest.number('total_seconds'), isFit }];
  });
}

/** The largest relative difference between a plan's own numbers and the tables priced anew. */
function deviationOf(
  price: (split: number, weights: number[], activations: number[]) => Priced,
  problem: PlanningProblem,
  plan: Plan,
) {
  const { option, edge } = plan.assignment;
  const bits = (of: 'weightBits' | 'activationBits') =>
    problem.layers.map(({ options }, i) => options[option[i]]?.[of] ?? 0);
  const priced = price(edge.lastIndexOf(true), bits('weightBits'), bits('activationBits'));
  const pairs = [
    [plan.latency.total, priced.seconds],
    [plan.error, priced.error],
    [plan.memory.total, priced.memoryBytes],
  ];
  return Math.max(...pairs.map(([a, b]) => (a === b ? 0 : Math.abs(a - b) / Math.max(a, b))));
}

const fixed = (ratio: number | null) => ratio?.toFixed(4) ?? 'none';
const largest = (values: number[]) => (values.length > 0 ? Math.max(...values) : null);

function spread(cells: { milliseconds: number }[]) {
  const times = cells.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
  return { median: times[times.length >> 1] ?? Number.NaN, worst: times.at(-1) ?? Number.NaN };
}

/** `worstFit`: the worst ratio among the cells where the other plan is within the limits too. */
function compare(cells: { ratios: Record<string, number>; unfit: string[] }[], name: string) {
  const rivals = cells.filter(({ ratios }) => name in ratios);
  const ratios = rivals.map((cell) => cell.ratios[name]);
  const fit = rivals.filter(({ unfit }) => !unfit.includes(name));
  const logs = ratios.reduce((total, ratio) => total + Math.log(ratio), 0);
  return {
    cells: ratios.length,
    unfit: ratios.length - fit.length,
    worst: largest(ratios),
    worstFit: largest(fit.map((cell) => cell.ratios[name])),
    geometricMean: ratios.length > 0 ? Math.exp(logs / ratios.length) : null,
  };
}
