import type { Plan, PlanningProblem } from '../core/problem.js';

/** A plan for comparison, which may break limits. */
export interface BaselinePlan extends Plan {
  feasible: boolean;
  /** The limits it breaks, in words. */
  violated: string[];
}

/** Marks a plan with the limits that it breaks. */
export function checkLimits({ limits }: PlanningProblem, plan: Plan): BaselinePlan {
  const broken = (what: string, value: number, limit: number | undefined, unit: string) =>
    limit !== undefined && value > limit * (1 + 1e-12)
      ? [`${what} ${value}${unit} is over the limit of ${limit}${unit}`]
      : [];
  const violated = [
    ...broken('memory', plan.memory.total, limits.memoryBytes, ' bytes'),
    ...broken('error', plan.error, limits.error, ''),
    ...broken('latency', plan.latency.total, limits.latencySeconds, ' s'),
    ...broken('energy', plan.energy.total, limits.energyJoules, ' J'),
    ...broken('cost', plan.cost.total, limits.costDollars, ' USD'),
    ...broken('disk', plan.disk, limits.diskBytes, ' bytes'),
  ];
  return { ...plan, feasible: violated.length === 0, violated };
}
