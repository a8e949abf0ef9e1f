import type { Plan, PlanningProblem } from '../planner/core/problem.js';
import type { CostUse, EnergyUse } from './plan.gen.js';

/** Joules of one inference on the edge; null if the energy of a layer of the plan or of the radio is unknown. */
export function energyUse(plan: Plan, { layers, link, limits }: PlanningProblem): EnergyUse | null {
  // A device without layer energies has only idle power, which is no complete figure even for cloud-only.
  if (!layers.some(({ options }) => options.some(({ joules }) => joules !== undefined))) return null;
  const { edge, option } = plan.assignment;
  const isRadioKnown = [link.fixedJoules, link.joulesPerByteUp, link.joulesPerByteDown].every(
    (joules) => joules !== undefined,
  );
  if (plan.travels && !isRadioKnown) return null;
  if (layers.some(({ options }, i) => edge[i] && options[option[i]].joules === undefined)) return null;
  return { ...plan.energy, limit: limits.energyJoules ?? null };
}

/**
 * US dollars of one inference: seconds of the cloud device and bytes over the link. Null where the cloud device states
 * no price.
 */
export function costUse(plan: Plan, { rates = {}, limits }: PlanningProblem): CostUse | null {
  return rates.cloudDollarsPerSecond === undefined ? null : { ...plan.cost, limit: limits.costDollars ?? null };
}
