import type { Plan, PlannedCost, PlanningProblem } from './problem.js';

/** Limits hold up to rounding, so that a limit which is itself a sum of costs can be met exactly. */
const ROUNDING = 1 + 2e-12;

/** True where the plan respects the memory and error limits and what is pinned to cross. The latency limit is not looked at. */
export function isWithin({ limits, pinned }: PlanningProblem, cost: PlannedCost): boolean {
  if (limits.memoryBytes !== undefined && cost.memory.total > limits.memoryBytes * ROUNDING) return false;
  if (limits.error !== undefined && cost.error > limits.error * ROUNDING) return false;
  if (!pinned || !('crossing' in pinned)) return true;
  const expected = [...new Set(pinned.crossing)].sort((a, b) => a - b);
  return expected.length === cost.crossing.length && expected.every((t, i) => t === cost.crossing[i]);
}

/** True where plan a is to be taken rather than b: faster, else less memory, else less error, else by names. */
export function isBetter(problem: PlanningProblem, a: Plan, b: Plan): boolean {
  const differs = (x: number, y: number) => Math.abs(x - y) > 1e-12 * Math.max(Math.abs(x), Math.abs(y));
  if (differs(a.latency.total, b.latency.total)) return a.latency.total < b.latency.total;
  if (differs(a.memory.total, b.memory.total)) return a.memory.total < b.memory.total;
  if (differs(a.error, b.error)) return a.error < b.error;
  return nameOf(problem, a) < nameOf(problem, b);
}

/** What the plan decides, in an order that does not depend on the order of layers. */
function nameOf({ layers, tensors }: PlanningProblem, { assignment, crossing }: Plan): string {
  const edge = layers.flatMap(({ name, options }, i) =>
    assignment.edge[i] ? `${name}:${options[assignment.option[i]].weightBits}:${options[assignment.option[i]].activationBits}` : [],
  );
  const sent = crossing.map(
    (t) => `${tensors[t].name}:${tensors[t].wire[assignment.wire[t]].bits}:${tensors[t].wire[assignment.wire[t]].encoding}`,
  );
  return JSON.stringify([edge.sort(), sent.sort()]);
}
