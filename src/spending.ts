import type { CostUse, EnergyUse } from './plan-document.gen.js';
import type { PlanAssignment, PlannedCost, PlanningProblem } from './planner/problem.js';

type Costed = PlannedCost & { assignment: PlanAssignment };

/** Whether anything of a plan goes over the link. */
export const travels = ({ crossing, downlinkBytes }: PlannedCost): boolean => crossing.length > 0 || downlinkBytes > 0;

/**
 * Joules of one inference on the edge: its layers, its radio, and its idle power from start to end (0 where the device states none).
 * Null where a layer of the plan or the radio does not tell its own.
 */
export function energyUse(plan: Costed, { layers, link, rates = {}, limits }: PlanningProblem): EnergyUse | null {
  // A device that tells nothing tells nothing of a plan without it either: its waiting is no whole answer.
  if (!layers.some(({ options }) => options.some(({ joules }) => joules !== undefined))) return null;
  const joules = layers.flatMap(({ options }, i) => (plan.assignment.edge[i] ? [options[plan.assignment.option[i]].joules] : []));
  const { fixedJoules, joulesPerByteUp, joulesPerByteDown } = link;
  const radio = !travels(plan)
    ? 0
    : fixedJoules === undefined || joulesPerByteUp === undefined || joulesPerByteDown === undefined
      ? undefined
      : fixedJoules + plan.uplinkBytes * joulesPerByteUp + plan.downlinkBytes * joulesPerByteDown;
  if (radio === undefined || joules.some((each) => each === undefined)) return null;
  const edge = joules.reduce<number>((sum, each) => sum + (each ?? 0), 0);
  const idle = (rates.idleWatts ?? 0) * plan.latency.total;
  return { edge, radio, idle, total: edge + radio + idle, limit: limits.energyJoules ?? null };
}

/** US dollars of one inference: seconds of the cloud device and bytes over the link. Null where the cloud device states no price. */
export function costUse({ latency, uplinkBytes, downlinkBytes }: PlannedCost, { rates = {}, limits }: PlanningProblem): CostUse | null {
  if (rates.cloudDollarsPerSecond === undefined) return null;
  const cloud = latency.cloud * rates.cloudDollarsPerSecond;
  const network = uplinkBytes * (rates.dollarsPerByteUp ?? 0) + downlinkBytes * (rates.dollarsPerByteDown ?? 0);
  return { cloud, network, total: cloud + network, limit: limits.costDollars ?? null };
}

/** What the objective makes small, of one plan: seconds, joules, US dollars, or their weighted sum. What is not known counts nothing. */
export function objectiveValue(plan: Costed, problem: PlanningProblem): number {
  const { objective = 'latency' } = problem;
  const { edge, transfer, cloud, total } = plan.latency;
  if (objective === 'throughput') return Math.max(edge, transfer, cloud);
  const weights = typeof objective === 'string' ? { [objective]: 1 } : objective;
  const { latency = 0, energy = 0, cost = 0 } = weights;
  return (
    latency * total +
    (energy > 0 ? energy * (energyUse(plan, problem)?.total ?? 0) : 0) +
    (cost > 0 ? cost * (costUse(plan, problem)?.total ?? 0) : 0)
  );
}
