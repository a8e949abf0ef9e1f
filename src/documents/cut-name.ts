import type { Plan, PlanningProblem } from '../planner/core/problem.js';
import type { CutName } from './compare.gen.js';

/** A cut as people know it: by the tensors that cross. */
export function cutName(plan: Plan | undefined, { tensors }: PlanningProblem): CutName {
  return plan ? { decision: plan.decision, tensors: plan.crossing.map((t) => tensors[t].name) } : null;
}
