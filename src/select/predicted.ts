import { familyOfPlan } from '../planner/analysis/families.js';
import { objectiveOf } from '../planner/core/measure.js';
import type { Plan, PlanningProblem } from '../planner/core/problem.js';
import { solve } from '../planner/search/solve.js';

/**
 * The predicted best plan: among plans with at most this error the best one, as accurate as the tolerance allows. If no
 * plan has so little error, the one with the least.
 * @param fallback used if the search finds no plan
 */
export function predictedPlan(problem: PlanningProblem, errorBudget: number, tolerance: number, fallback: Plan): Plan {
  const error = Math.min(errorBudget, problem.limits.error ?? Number.POSITIVE_INFINITY);
  const fast = solve({ ...problem, limits: { ...problem.limits, error } }).best;
  if (!fast) return solve({ ...problem, objective: 'error' }).best ?? fallback;
  return familyOfPlan(problem, fast).mostAccurate(objectiveOf(problem, fast) * (1 + tolerance)) ?? fast;
}
