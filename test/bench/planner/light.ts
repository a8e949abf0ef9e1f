import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { transferLink } from '../../../src/cost/link.js';
import { type BaselineName, type BaselinePlan, baselinePlans } from '../../../src/planner/baselines/index.js';
import { uniformEdge } from '../../../src/planner/baselines/uniform.js';
import type { PlanningProblem } from '../../../src/planner/core/problem.js';
import { solve } from '../../../src/planner/search/solve.js';
import { packageRoot } from '../../../src/util/package.js';
import { benchmarkDocs, type LightCell } from './light-docs.js';
import { type LightNetwork, type LightOptions, lightNetworks } from './light-problems.js';

const RATES_MBPS = [1, 3, 10, 20];
const MEMORIES_MB = [1, 4, 16];
/**
 * A thousand logits, or boxes: the maps of a detector are decoded where they are made, and do not travel back as they
 * are.
 */
const RESULT_BYTES = 4000;

/**
 * All light networks with Eyeriss and the first TPU, at four uplinks and three edge memories, without an error limit
 * and with that of 6 bits everywhere. Cells that take more than a second or keep a gap leave their problem in
 * `CACHE/hard/`.
 */
export async function benchLight({ writeDocs, ...options }: LightOptions & { writeDocs: boolean }) {
  const cells: LightCell[] = [];
  for await (const network of lightNetworks(options)) {
    // Code that has not run yet is slow once.
    if (cells.length === 0) solve(network.problem);
    for (const { problem, ...setting } of problemsOf(network)) {
      const cell = { ...setting, ...planCell(problem) };
      cells.push(cell);
      if (cell.milliseconds > 1000 || cell.gap > 5e-3 || (cell.worstRatio ?? 0) > 1 + 1e-9)
        keep(options.cache, cell, problem);
    }
  }
  const times = cells.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
  const ratios = cells.flatMap(({ worstRatio }) => worstRatio ?? []);
  const summary = {
    cells: cells.length,
    planned: cells.filter(({ total }) => total !== null).length,
    milliseconds: { median: times[times.length >> 1], worst: times[times.length - 1] },
    gap: Math.max(...cells.map(({ gap }) => gap)),
    worstRatio: Math.max(...ratios),
    slower: cells.filter(({ worstRatio }) => (worstRatio ?? 0) > 1 + 1e-9).length,
  };
  if (writeDocs) writeFileSync(path.join(packageRoot(), 'docs/planner-benchmark.md'), benchmarkDocs(cells));
  return { result: { benchmark: 'planner', light: options.light, cells, summary }, text: textOf(cells, summary) };
}

type Setting = Pick<LightCell, 'network' | 'layers' | 'mbps' | 'memoryMb' | 'errorLimit'>;

function problemsOf({ name: network, problem, config }: LightNetwork): (Setting & { problem: PlanningProblem })[] {
  const error = uniformEdge(problem, 6)?.error;
  const { length: layers } = problem.layers;
  const tensors = problem.tensors.map((tensor) =>
    tensor.downlinkBytes === undefined
      ? tensor
      : { ...tensor, downlinkBytes: Math.min(tensor.downlinkBytes, RESULT_BYTES) },
  );
  return RATES_MBPS.flatMap((mbps) => {
    const link = transferLink({ ...config.link.preset, uplink: mbps * 1e6 });
    return MEMORIES_MB.flatMap((memoryMb) =>
      (error === undefined ? [undefined] : [undefined, error]).map((limit) => ({
        network,
        layers,
        mbps,
        memoryMb,
        errorLimit: limit ?? null,
        problem: { ...problem, tensors, link, limits: { memoryBytes: memoryMb * 1e6, error: limit } },
      })),
    );
  });
}

function planCell(problem: PlanningProblem): Omit<LightCell, keyof Setting> {
  const started = performance.now();
  const { best, optimality } = solve(problem);
  const milliseconds = performance.now() - started;
  const baselines = Object.entries(baselinePlans(problem)) as [BaselineName, BaselinePlan | undefined][];
  const feasible = baselines.flatMap(([, plan]) => (plan?.feasible ? plan.latency.total : []));
  return {
    decision: best?.decision ?? null,
    total: best?.latency.total ?? null,
    memoryBytes: best?.memory.total ?? null,
    error: best?.error ?? null,
    bound: optimality.lowerBound,
    gap: optimality.gap,
    milliseconds,
    baselines: Object.fromEntries(
      baselines.map(([method, plan]) => [
        method,
        plan
          ? { decision: plan.decision, total: plan.latency.total, feasible: plan.feasible, violated: plan.violated }
          : null,
      ]),
    ),
    worstRatio:
      best && feasible.length > 0
        ? best.latency.total / Math.min(...feasible)
        : feasible.length > 0
          ? Number.POSITIVE_INFINITY
          : null,
  };
}

function keep(cache: string, { network, mbps, memoryMb, errorLimit }: LightCell, problem: PlanningProblem): void {
  const folder = path.join(cache, 'hard');
  mkdirSync(folder, { recursive: true });
  const name = `${network}-${mbps}mbps-${memoryMb}mb${errorLimit === null ? '' : '-error'}.json`;
  writeFileSync(path.join(folder, name), JSON.stringify(problem));
}

function textOf(
  cells: readonly LightCell[],
  {
    milliseconds,
    gap,
    worstRatio,
    slower,
    planned,
    cells: count,
  }: {
    milliseconds: { median: number; worst: number };
    gap: number;
    worstRatio: number;
    slower: number;
    planned: number;
    cells: number;
  },
): string {
  const lines = cells.map((cell) =>
    [
      cell.network.padEnd(21),
      `${cell.mbps} Mbps`.padStart(7),
      `${cell.memoryMb} MB`.padStart(5),
      cell.errorLimit === null ? 'any error ' : 'error 6 bit',
      (cell.decision ?? 'no plan').padEnd(10),
      `${cell.total?.toFixed(4) ?? '-'} s`,
      `gap ${cell.gap.toExponential(0)}`,
      `${cell.milliseconds.toFixed(0)} ms`.padStart(8),
      ...Object.entries(cell.baselines).map(([name, plan]) =>
        plan ? `${name} ${plan.total.toFixed(4)}${plan.feasible ? '' : '!'}` : `${name} -`,
      ),
    ].join('  '),
  );
  return [
    ...lines,
    '',
    `${planned} of ${count} cells planned, median ${milliseconds.median.toFixed(1)} ms, worst ${milliseconds.worst.toFixed(0)} ms, widest gap ${gap.toExponential(1)}`,
    `our total over the fastest feasible baseline: ${worstRatio.toFixed(6)} at worst; slower in ${slower} cells (! breaks a limit)`,
  ].join('\n');
}
