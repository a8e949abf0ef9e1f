import { checkProblem } from './check.js';
import { leastError, leastMemory } from './infeasible.js';
import type { Plan, PlanningProblem } from './problem.js';
import { type SolveOptions, search } from './search.js';

/** A plan for comparison, which may break limits. */
export interface BaselinePlan extends Plan {
  feasible: boolean;
  /** The limits it breaks, in words. */
  violated: string[];
}

export interface TrivialPlans {
  'cloud-only'?: BaselinePlan;
  'edge-only'?: BaselinePlan;
}

/**
 * The best plan with everything in the cloud and the best one with everything on the edge. Where one cannot meet the limits, it is
 * shown as near as it comes: of least memory where memory is what it lacks, else of least error. Missing where the model or the pins do
 * not allow it at all.
 */
export function trivialPlans(problem: PlanningProblem, options: SolveOptions = {}): TrivialPlans {
  checkProblem(problem);
  const plans: TrivialPlans = {};
  for (const decision of ['cloud-only', 'edge-only'] as const) {
    const plan = bestEffort({ ...problem, pinned: { decision } }, options);
    if (plan) plans[decision] = judge(problem, plan);
  }
  return plans;
}

function bestEffort(problem: PlanningProblem, options: SolveOptions): Plan | undefined {
  const { memoryBytes } = problem.limits;
  const within = search(problem, options).best;
  if (within) return within;
  const inMemory = leastErrorPlan({ ...problem, limits: { memoryBytes } }, options);
  if (inMemory) return inMemory;
  const least = leastMemory({ ...problem, limits: {} }, options);
  return least === undefined ? undefined : leastErrorPlan({ ...problem, limits: { memoryBytes: least } }, options);
}

function leastErrorPlan(problem: PlanningProblem, options: SolveOptions): Plan | undefined {
  const error = leastError(problem, options);
  return error === undefined ? undefined : search({ ...problem, limits: { ...problem.limits, error } }, options).best;
}

/** Marks a plan with the limits that it breaks. */
export function judge({ limits }: PlanningProblem, plan: Plan): BaselinePlan {
  const broken = (what: string, value: number, limit: number | undefined, unit: string) =>
    limit !== undefined && value > limit * (1 + 1e-12) ? [`${what} ${value}${unit} is over the limit of ${limit}${unit}`] : [];
  const violated = [
    ...broken('memory', plan.memory.total, limits.memoryBytes, ' bytes'),
    ...broken('error', plan.error, limits.error, ''),
    ...broken('latency', plan.latency.total, limits.latencySeconds, ' s'),
  ];
  return { ...plan, feasible: violated.length === 0, violated };
}
