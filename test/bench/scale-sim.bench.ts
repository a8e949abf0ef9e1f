import { productOf } from '../../src/cost/systolic/geometry.js';
import { v1Cycles } from '../../src/cost/systolic/v1.js';
import { simulateV2 } from '../../src/cost/systolic/v2.js';
import { computeCycles } from '../../src/cost/systolic/v2-cycles.js';
import { type Mismatch, mismatches, simulate } from '../cost/systolic/fields.js';
import { type GoldenRow, readGolden } from '../cost/systolic/golden.js';
import { v1Product } from '../cost/systolic/v1-report.js';

interface Options {
  /** Folder of CSV files with what the originals reported. */
  golden?: string;
  smoke?: boolean;
}

/**
 * Rounds over all rows for the cycles alone, of which the fastest counts: they are over before the compiler is warm.
 */
const ROUNDS = 5;

/** How many of the slowest rows are named. */
const SLOWEST = 5;

/**
 * Simulates every row of a folder of golden data and compares with the original. Speed-ups are over the original's own
 * seconds, where a row has them, in one round without a rehearsal. `cyclesOnly`: cycles alone, in closed form; those of
 * v2 in mode USER without their stalls, which only streaming tells. `cyclesWithStalls`: with them.
 */
export async function bench({ golden = '../shared/scale-sim/golden', smoke = false }: Options) {
  const result = measure(golden, smoke);
  return { result, text: print(result) };
}

function measure(golden: string, smoke: boolean) {
  const all = readGolden(golden);
  const rows = smoke ? all.filter((_, i) => i % 20 === 0) : all;
  const run = rows.map(simulateRow);
  const wrong = run.flatMap(({ wrong }) => wrong);
  const compared = new Set(
    run.flatMap(({ row, simulated }) => [...simulated.keys()].filter((field) => row.reported.has(field))),
  );
  const left = new Set(
    rows.flatMap(({ reported, version }) =>
      [...reported.keys()].filter((field) => !compared.has(field)).map((field) => `v${version} ${field}`),
    ),
  );
  const version = (of: 1 | 2) => totals(run.filter(({ row }) => row.version === of));
  return {
    benchmark: 'scale-sim',
    folder: golden,
    ...totals(run),
    mismatches: wrong,
    fields: [...compared],
    notSimulated: [...left],
    v2: version(2),
    v1: version(1),
    cyclesOnly: timeCycles(rows, closedCycles, originalClosed),
    cyclesWithStalls: timeCycles(rows, totalCycles, originalTotal),
    peakMemoryMb: process.resourceUsage().maxRSS / 1000,
    slowest: slowest(run),
  };
}

interface Run {
  row: GoldenRow;
  simulated: Map<string, number>;
  seconds: number;
  wrong: Mismatch[];
}

function simulateRow(row: GoldenRow): Run {
  const started = performance.now();
  const simulated = simulate(row);
  const seconds = (performance.now() - started) / 1000;
  return { row, simulated, seconds, wrong: mismatches(row, simulated) };
}

/** Rows and how many of them agree in every field; seconds of those whose original was timed. */
function totals(run: Run[]) {
  const timed = run.filter(({ row }) => row.seconds !== undefined);
  const originalSeconds = sum(timed.map(({ row }) => row.seconds ?? 0));
  const ourSeconds = sum(timed.map(({ seconds }) => seconds));
  return {
    rows: run.length,
    exact: run.filter(({ wrong }) => wrong.length === 0).length,
    originalSeconds,
    ourSeconds,
    speedup: originalSeconds / ourSeconds,
  };
}

function timeCycles(
  rows: GoldenRow[],
  ours: (row: GoldenRow) => number,
  original: (row: GoldenRow) => number | undefined,
) {
  const timed = rows.filter(({ seconds }) => seconds !== undefined);
  let ourSeconds = Number.POSITIVE_INFINITY;
  let cycles: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now();
    cycles = timed.map(ours);
    ourSeconds = Math.min(ourSeconds, (performance.now() - started) / 1000);
  }
  const originalSeconds = sum(timed.map(({ seconds = 0 }) => seconds));
  const exact = timed.filter((row, i) => cycles[i] === original(row)).length;
  return { rows: timed.length, exact, originalSeconds, ourSeconds, speedup: originalSeconds / ourSeconds };
}

const closedCycles = ({ version, device, conv }: GoldenRow): number =>
  version === 1 ? v1Cycles(device, v1Product(conv)) : computeCycles(device, { ...productOf(conv), count: 1 });

const totalCycles = (row: GoldenRow): number =>
  row.device.bandwidth === 'calc' ? closedCycles(row) : simulateV2(row.device, row.conv).totalCycles;

const originalTotal = ({ reported }: GoldenRow) => reported.get('cycles') ?? reported.get('total_cycles');

const originalClosed = (row: GoldenRow) => (originalTotal(row) ?? Number.NaN) - (row.reported.get('stall_cycles') ?? 0);

const slowest = (run: Run[]) =>
  [...run]
    .sort((a, b) => b.seconds - a.seconds)
    .slice(0, SLOWEST)
    .map(({ row, seconds }) => ({
      file: row.file,
      line: row.line,
      layer: row.layer,
      originalSeconds: row.seconds ?? null,
      ourSeconds: seconds,
    }));

const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);

type Result = ReturnType<typeof measure>;

function print({
  mismatches: wrong,
  fields,
  notSimulated,
  v1,
  v2,
  cyclesOnly,
  cyclesWithStalls,
  peakMemoryMb,
  slowest: slow,
}: Result): string {
  const line = (name: string, { rows, exact, originalSeconds, ourSeconds, speedup }: typeof v2) =>
    [
      name.padEnd(22),
      `${exact} of ${rows}`.padStart(14),
      `${originalSeconds.toFixed(1)} s`.padStart(12),
      `${(1000 * ourSeconds).toFixed(1)} ms`.padStart(12),
      `${Math.round(speedup)}x`.padStart(12),
    ].join('');
  return [
    `${''.padEnd(22)}${'rows exact'.padStart(14)}${'original'.padStart(12)}${'ours'.padStart(12)}${'faster'.padStart(12)}`,
    ...(v2.rows > 0 ? [line('v2, all fields', v2)] : []),
    ...(v1.rows > 0 ? [line('v1, cycles and use', v1)] : []),
    line('cycles alone', cyclesOnly),
    line('and stalls', cyclesWithStalls),
    '',
    `compared: ${fields.join(', ')}`,
    ...(notSimulated.length > 0 ? [`not simulated: ${notSimulated.join(', ')}`] : []),
    `peak memory ${peakMemoryMb.toFixed(0)} MB`,
    ...slow.map(
      ({ file, line: at, layer, ourSeconds }) => `${(1000 * ourSeconds).toFixed(1)} ms  ${file}:${at} ${layer}`,
    ),
    ...wrong.map(
      ({ file, line: at, layer, field, original, ours }) =>
        `differs  ${file}:${at} ${layer}  ${field}: ${original}, ours ${ours}`,
    ),
  ].join('\n');
}
