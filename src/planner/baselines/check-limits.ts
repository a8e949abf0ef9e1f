import { amount, breaches } from '../core/limits.js';
import type { Plan, PlanningProblem } from '../core/problem.js';

/** A plan for comparison, which may break limits. */
export interface BaselinePlan extends Plan {
  feasible: boolean;
  /** The limits it breaks, in words. */
  violated: string[];
}

/** Marks a plan with the limits that it breaks. */
export function checkLimits({ limits }: PlanningProblem, plan: Plan): BaselinePlan {
  const violated = breaches(limits, plan).map(
    ({ name, used, limit }) => `${name} ${amount(name, used)} is over the limit of ${amount(name, limit)}`,
  );
  return { ...plan, feasible: violated.length === 0, violated };
}
