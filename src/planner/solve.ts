import { checkProblem } from './check.js';
import { explainInfeasible } from './infeasible.js';
import type { PlanningProblem, Solution } from './problem.js';
import { type SolveOptions, search } from './search.js';

export type { SolveOptions } from './search.js';

/** Below this share of the latency, a gap is rounding and tie-breaking. */
const CLOSED = 1e-9;

/**
 * The fastest plan within the limits, over every allowed cut, all bits and all encodings; ties go to less memory, then less error, then
 * names. Pure and deterministic: effort is counted in steps, never in time.
 *
 * @throws AutosplitError COSTS_INVALID or CUT_INVALID for a problem that is not usable.
 */
export function solve(problem: PlanningProblem, options: SolveOptions = {}): Solution {
  checkProblem(problem);
  const { best, lowerBound, hasCut } = search(problem, options);
  const limit = problem.limits.latencySeconds;
  if (best && (limit === undefined || best.latency.total <= limit * (1 + 1e-12))) {
    const { total } = best.latency;
    const gap = total > 0 ? Math.max(0, (total - lowerBound) / total) : 0;
    return { best, optimality: gap <= CLOSED ? { lowerBound: total, gap: 0 } : { lowerBound, gap } };
  }
  if (best && limit !== undefined) {
    const needed = best.latency.total;
    const reason = `the fastest plan within the other limits takes ${needed} s, the latency limit is ${limit} s`;
    return { best: undefined, infeasible: { reason, constraint: 'latency', needed, limit }, optimality: { lowerBound, gap: 0 } };
  }
  return { best: undefined, infeasible: explainInfeasible(problem, hasCut, lowerBound, options), optimality: { lowerBound, gap: 0 } };
}
