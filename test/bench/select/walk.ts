import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadConfig } from '../../../src/config/load.js';
import type { Evaluation } from '../../../src/evaluate/evaluation.js';
import { choose } from '../../../src/pipeline/choose.js';
import { prepare } from '../../../src/pipeline/index.js';
import { openPlanEvaluator } from '../../../src/pipeline/plan-evaluator.js';
import { solve } from '../../../src/pipeline/solve.js';
import { objectiveOf } from '../../../src/planner/core/measure.js';
import type { Selection } from '../../../src/select/index.js';
import { openCache } from '../../../src/util/cache.js';
import { type SharedNetwork, writeProject } from '../../networks/networks.js';
import { memoryAtEightBits } from '../loop/held-back.js';
import { coarseGrid, type GridPoint, objectiveAt } from './grid.js';

/** A device, a link and a memory. */
export interface SelectCase {
  edge: Record<string, unknown>;
  network: Record<string, unknown>;
  /** Memory of the edge, as a share of what everything there takes at 8 bits. @default that of the preset */
  memoryShare?: number;
}

/** What a build chose in one case, beside the fastest plan of the grid that holds. */
export interface SelectRow {
  network: string;
  case: string;
  /** Seconds of the plan of the build, and of the fastest plan of the grid that holds. */
  chosen: number;
  exhaustive: number;
  /** Chosen over exhaustive: at most 1 + tolerance. */
  ratio: number;
  plansMeasured: number;
  gridPlans: number;
  /** Seconds that choosing took, and that measuring the grid took where nothing was known of it before. */
  chooseSeconds: number;
  gridSeconds: number;
  verdict: NonNullable<Evaluation['verdict']>;
  drop: number;
  certificate: Selection['certificate'];
  holds: boolean;
}

export const LIMIT = 0.01;
export const TOLERANCE = 0.01;
const MAX_CUTS = 400;

const run = async <T>(_: string, stage: (progress: () => void) => T | Promise<T>) => stage(() => {});

/** Builds every case of a network, and measures every plan of its grid once. */
export async function walkCases(
  name: string,
  network: SharedNetwork,
  cases: readonly SelectCase[],
  samples: number,
): Promise<SelectRow[]> {
  const measured = new Map<string, Evaluation>();
  const folder = await mkdtemp(path.join(tmpdir(), 'autosplit-select-'));
  const limited = { ...network, validation: { ...network.validation, samples } };
  try {
    const whole = await memoryAtEightBits(network);
    const rows: SelectRow[] = [];
    for (const { edge, memoryShare, ...rest } of cases) {
      const memory = memoryShare === undefined ? {} : { memory: `${Math.floor(memoryShare * whole)} B` };
      rows.push(await walkCase(name, limited, { edge: { ...edge, ...memory }, ...rest }, measured, folder));
    }
    return rows;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function walkCase(
  name: string,
  network: SharedNetwork,
  { edge, network: link }: SelectCase,
  measured: Map<string, Evaluation>,
  folder: string,
): Promise<SelectRow> {
  const changes = { edge, network: link, constraints: { accuracyDrop: LIMIT }, tolerance: TOLERANCE };
  const project = await writeProject(network, changes);
  const workDir = await mkdtemp(path.join(folder, 'work-'));
  try {
    const [config] = await loadConfig({ cwd: project });
    // The profile is kept; the plans of the build are measured as in a first one.
    const profiled = { run, workDir, cache: openCache(path.join(folder, 'cache'), { version: 1 }) };
    const prepared = await prepare(config, profiled);
    const planned = await solve(prepared, profiled);
    const planEvaluator = await openPlanEvaluator(prepared, { run, workDir });
    try {
      const started = performance.now();
      const selection = await choose(planned, planEvaluator, { run, workDir });
      const chooseSeconds = (performance.now() - started) / 1000;
      const { problem } = prepared;
      const grid = coarseGrid(problem, MAX_CUTS).sort((a, b) => objectiveAt(problem, a) - objectiveAt(problem, b));
      const chosen = objectiveOf(problem, selection.plan);
      // Slower plans than the chosen one can not be what is looked for.
      const faster = grid.filter((point) => objectiveAt(problem, point) < chosen * (1 - TOLERANCE));
      const gridStarted = performance.now();
      for (const point of faster) {
        const key = `${JSON.stringify(edge.preset)} ${point.key}`;
        if (!measured.has(key)) measured.set(key, await planEvaluator.measure(point.plan, LIMIT, () => {}));
      }
      const gridSeconds = (performance.now() - gridStarted) / 1000;
      const isHeld = (point: GridPoint) =>
        measured.get(`${JSON.stringify(edge.preset)} ${point.key}`)?.accepted === true;
      const best = faster.find(isHeld);
      const exhaustive = best ? objectiveAt(problem, best) : chosen;
      const { verdict = 'inconclusive', drop, accepted } = selection.evaluation;
      return {
        network: name,
        case: `${edge.preset}, ${edge.memory ?? 'its memory'}, ${link.preset}${link.uplink ? ` at ${link.uplink}` : ''}`,
        chosen,
        exhaustive,
        ratio: chosen / exhaustive,
        plansMeasured: selection.measured.length,
        gridPlans: grid.length,
        chooseSeconds,
        gridSeconds,
        verdict,
        drop,
        certificate: selection.certificate,
        holds: accepted === true && drop <= LIMIT && best === undefined,
      };
    } finally {
      await planEvaluator.close();
    }
  } finally {
    await rm(project, { recursive: true, force: true });
  }
}
