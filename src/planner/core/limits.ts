import { DISK, ERROR, energy, type LinearLimit, latency, type Measure, money, ofPlan } from './measure.js';
import type { LimitName, PlannedCost, PlanningLimits, PlanningProblem } from './problem.js';

/** A limit as the planner knows it. formulate/limits.ts adds where the config states it and how it reads. */
export interface Limit {
  name: LimitName;
  key: keyof PlanningLimits;
  unit: string;
  /** What a plan uses of it. */
  used(cost: PlannedCost): number;
  /** The measure that the limit is on; undefined for the peak of memory, which is no sum. */
  measure?(problem: PlanningProblem): Measure;
}

/** Everything that can be limited. All that checks, prices or lists limits goes through this table, in its order. */
export const LIMITS: readonly Limit[] = [
  { name: 'memory', key: 'memoryBytes', unit: 'bytes', used: ({ memory }) => memory.total },
  { name: 'error', key: 'error', unit: '', used: ({ error }) => error, measure: () => ERROR },
  { name: 'latency', key: 'latencySeconds', unit: 's', used: (cost) => cost.latency.total, measure: latency },
  { name: 'energy', key: 'energyJoules', unit: 'J', used: (cost) => cost.energy.total, measure: energy },
  { name: 'cost', key: 'costDollars', unit: 'USD', used: (cost) => cost.cost.total, measure: money },
  { name: 'disk', key: 'diskBytes', unit: 'bytes', used: ({ disk }) => disk, measure: () => DISK },
];

/** The limit of this name. */
export function limitOf(name: LimitName): Limit {
  const found = LIMITS.find((limit) => limit.name === name);
  if (!found) throw new RangeError(`there is no limit ${name}`);
  return found;
}

/** The limits of a problem that are sums, which is all but memory. */
export function linearLimits(problem: PlanningProblem): LinearLimit[] {
  return LIMITS.flatMap(({ name, key, measure }): LinearLimit[] => {
    const limit = problem.limits[key] ?? Number.POSITIVE_INFINITY;
    return measure && limit < Number.POSITIVE_INFINITY ? [{ name, measure: measure(problem), limit }] : [];
  });
}

/** A limit that a plan breaks. */
export interface Breach {
  name: LimitName;
  used: number;
  limit: number;
}

/**
 * The limits that a plan breaks, by more than rounding.
 *
 * @param used what the plan uses of each, by the accounting unless given
 */
export function breaches(
  limits: PlanningLimits,
  cost: PlannedCost,
  used = ({ used }: Limit): number => used(cost),
): Breach[] {
  return LIMITS.flatMap((each): Breach[] => {
    const limit = limits[each.key];
    return limit !== undefined && used(each) > limit * (1 + 1e-12)
      ? [{ name: each.name, used: used(each), limit }]
      : [];
  });
}

/** An amount with the unit of the limit: `270 bytes`. */
export const amount = (name: LimitName, value: number): string => `${value} ${limitOf(name).unit}`.trim();

/** The first sum over its limit, with a tolerance that covers the order of its terms. */
export function brokenSum(limits: readonly LinearLimit[], cost: PlannedCost): Breach | undefined {
  const broken = limits.find(({ measure, limit }) => ofPlan(measure, cost) > limit * (1 + 1e-12));
  return broken && { name: broken.name, used: ofPlan(broken.measure, cost), limit: broken.limit };
}
