import { type LinearLimit, type Measure, objectiveMeasure, ofPlan } from './measure.js';
import type { Plan, PlannedCost, PlanningProblem } from './problem.js';

/** Limits hold up to rounding, so that a limit which is itself a sum of costs can be met exactly. */
const ROUNDING = 1 + 2e-12;

/** True where the plan respects memory, the limits given and what is pinned to cross. */
export function isWithin(
  { pinned }: PlanningProblem,
  cost: PlannedCost,
  memoryBytes: number | undefined,
  limits: readonly LinearLimit[],
): boolean {
  if (memoryBytes !== undefined && cost.memory.total > memoryBytes * ROUNDING) return false;
  if (limits.some(({ measure, limit }) => ofPlan(measure, cost) > limit * ROUNDING)) return false;
  if (!pinned || !('crossing' in pinned)) return true;
  const expected = [...new Set(pinned.crossing)].sort((a, b) => a - b);
  return expected.length === cost.crossing.length && expected.every((t, i) => t === cost.crossing[i]);
}

/**
 * True where plan a is to be taken rather than b: of less objective, else faster, else less memory, else less error,
 * else by names.
 */
export function isBetter(
  problem: PlanningProblem,
  a: Plan,
  b: Plan,
  objective: Measure = objectiveMeasure(problem),
): boolean {
  const differs = (x: number, y: number) => Math.abs(x - y) > 1e-12 * Math.max(Math.abs(x), Math.abs(y));
  const criteria = (plan: Plan) => [ofPlan(objective, plan), plan.latency.total, plan.memory.total, plan.error];
  const [own, other] = [criteria(a), criteria(b)];
  const k = own.findIndex((value, i) => differs(value, other[i]));
  return k < 0 ? nameOf(problem, a) < nameOf(problem, b) : own[k] < other[k];
}

/** What the plan decides, in an order that does not depend on the order of layers. */
function nameOf({ layers, tensors }: PlanningProblem, { assignment, crossing }: Plan): string {
  const edge = layers.flatMap(({ name, options }, i) =>
    assignment.edge[i]
      ? `${name}:${options[assignment.option[i]].weightBits}:${options[assignment.option[i]].activationBits}`
      : [],
  );
  const sent = crossing.map(
    (t) =>
      `${tensors[t].name}:${tensors[t].wire[assignment.wire[t]].bits}:${tensors[t].wire[assignment.wire[t]].encoding}`,
  );
  return JSON.stringify([edge.sort(), sent.sort()]);
}
