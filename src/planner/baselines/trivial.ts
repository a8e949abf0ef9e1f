import { account } from '../core/accounting.js';
import { checkProblem } from '../core/check.js';
import { allowsEdge, cheapest, crossingTensors } from '../core/crossing.js';
import { linearLimits } from '../core/limits.js';
import { ERROR } from '../core/measure.js';
import type { Plan, PlanningProblem } from '../core/problem.js';
import { leastMemory } from '../search/infeasible.js';
import { type SolveOptions, search } from '../search/search.js';
import { type BaselinePlan, checkLimits } from './check-limits.js';

export interface TrivialPlans {
  'cloud-only'?: BaselinePlan;
  'edge-only'?: BaselinePlan;
}

/**
 * The best plan with everything in the cloud and the best one with everything on the edge. Where one cannot meet the
 * limits, it is shown as near as it comes: of least memory where memory is what it lacks, else of least error. Missing
 * where the model or the pins do not allow it at all.
 */
export function trivialPlans(problem: PlanningProblem, options: SolveOptions = {}): TrivialPlans {
  checkProblem(problem);
  const plans: TrivialPlans = {};
  for (const decision of ['cloud-only', 'edge-only'] as const) {
    const plan = bestEffort({ ...problem, pinned: { decision } }, options);
    if (plan) plans[decision] = checkLimits(problem, plan);
  }
  return plans;
}

/**
 * Everything in the cloud, the inputs sent as raw tensors at their widest bits; undefined where that is not possible.
 */
export function rawCloudOnly(problem: PlanningProblem): Plan | undefined {
  const edge = problem.layers.map(() => false);
  if (!allowsEdge(problem, edge)) return undefined;
  const wire: number[] = problem.tensors.map(() => -1);
  for (const t of crossingTensors(problem, edge)) {
    const { wire: options, inputBits = 32 } = problem.tensors[t];
    const raw = options
      .map((_, w) => w)
      .filter((w) => options[w].encoding === 'raw' && (options[w].activationBits ?? inputBits) === inputBits);
    wire[t] = cheapest(raw, (w) => -options[w].bits) ?? -1;
    if (wire[t] < 0) return undefined;
  }
  const assignment = { edge, option: edge.map(() => -1), wire };
  return { ...account(problem, assignment), assignment };
}

/** The plan of least objective within the limits; where there is none, the one that comes nearest. */
export function bestEffort(problem: PlanningProblem, options: SolveOptions): Plan | undefined {
  const { memoryBytes } = problem.limits;
  const within = search(problem, options).best;
  if (within) return within;
  const inMemory = leastErrorPlan({ ...problem, limits: { memoryBytes } }, options);
  if (inMemory) return inMemory;
  const least = leastMemory({ ...problem, limits: {} }, options);
  return least === undefined ? undefined : leastErrorPlan({ ...problem, limits: { memoryBytes: least } }, options);
}

/** Of plans of the same error, the fastest. */
const leastErrorPlan = (problem: PlanningProblem, options: SolveOptions): Plan | undefined =>
  search(problem, { ...options, objective: ERROR, limits: linearLimits(problem) }).best;
