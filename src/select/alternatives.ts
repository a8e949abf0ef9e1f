import { familiesOf } from '../planner/analysis/families.js';
import { objectiveOf } from '../planner/core/measure.js';
import type { Plan, PlanningProblem } from '../planner/core/problem.js';
import type { Measured } from './ledger.js';

const SIDES = ['cloud-only', 'edge-only'] as const;

/** The most accurate cloud-only plan for each encoding of the input, and the most accurate edge-only plan. */
export function alternativesOf(problem: PlanningProblem): Plan[] {
  return SIDES.flatMap((decision) =>
    [...familiesOf({ ...problem, pinned: { decision } })].flatMap((family) => family.mostAccurate() ?? []),
  );
}

/** For each side, the best measured plan that meets the limit; if none does, the one with the least drop. */
export function measuredAlternatives(
  problem: PlanningProblem,
  measured: readonly Measured[],
): { [side in (typeof SIDES)[number]]?: Plan } {
  const best = (a: Measured, b: Measured): Measured => {
    const [first, second] = [a, b].map(({ evaluation }) => evaluation.accepted === true);
    if (first !== second) return first ? a : b;
    const isLess = first
      ? objectiveOf(problem, b.plan) < objectiveOf(problem, a.plan)
      : b.evaluation.drop < a.evaluation.drop;
    return isLess ? b : a;
  };
  return Object.fromEntries(
    SIDES.flatMap((side) => {
      const [first, ...others] = measured.filter(({ plan }) => plan.decision === side);
      return first ? [[side, others.reduce(best, first).plan]] : [];
    }),
  );
}
