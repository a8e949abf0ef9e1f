import { certificate } from '../core/certificate.js';
import { checkProblem } from '../core/check.js';
import { latency, objectiveMeasure, objectiveOf, ofPlan } from '../core/measure.js';
import type { Plan, PlanningProblem, Solution } from '../core/problem.js';
import { explainInfeasible, limitBroken } from './infeasible.js';
import { limitsBeside, type SolveOptions, search } from './search.js';
import { solveThroughput } from './throughput.js';

export type { SolveOptions } from './search.js';

/**
 * The plan of least objective within the limits, over every allowed cut, all bits and all encodings; ties go to the
 * faster one, then to less memory, then less error, then names. Pure and deterministic: effort is counted in steps,
 * never in time.
 *
 * @throws AutosplitError COSTS_INVALID or CUT_INVALID for a problem that is not usable.
 */
export function solve(problem: PlanningProblem, options: SolveOptions = {}): Solution {
  checkProblem(problem);
  if (problem.objective === 'throughput') return solveThroughput(problem, options);
  const { best: found, lowerBound, hasCut } = search(problem, options);
  const best = found && fastestOfEqual(problem, found, options);
  if (!best)
    return {
      best,
      infeasible: explainInfeasible(problem, hasCut, lowerBound, options),
      optimality: { lowerBound, gap: 0 },
    };
  const broken = limitBroken(problem, best);
  if (broken) return { best: undefined, infeasible: broken, optimality: { lowerBound, gap: 0 } };
  return { best, optimality: certificate(objectiveOf(problem, best), lowerBound) };
}

/** Many plans may cost the same where time does not count: of those, the fastest. */
function fastestOfEqual(problem: PlanningProblem, plan: Plan, options: SolveOptions): Plan {
  const { objective: name = 'latency' } = problem;
  if (name !== 'energy' && name !== 'cost' && name !== 'error') return plan;
  const own = objectiveMeasure(problem);
  const limits = [...limitsBeside(problem), { name, measure: own, limit: ofPlan(own, plan) }];
  return search(problem, { ...options, objective: latency(problem), limits }).best ?? plan;
}
