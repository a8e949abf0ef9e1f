import type { ResolvedConfig } from '../config/resolved.js';
import type { Breach } from '../planner/core/limits.js';
import { LIMITS } from '../planner/core/limits.js';
import type { LimitName, PlanningLimits } from '../planner/core/problem.js';
import { besideLimit, bytes, dollars, joules, number, seconds } from '../util/format.js';

/** A limit of planner/core/limits.ts as users know it. */
export interface StatedLimit {
  /** Key of the config. */
  config: string;
  stated(config: ResolvedConfig): number | undefined;
  show(value: number): string;
  /** Unit after a number that is not shortened. */
  unit: string;
  /** The plan that uses least of it: `the fastest plan takes` 2.1 s. */
  least: string;
  /** What else helps where no plan keeps the limit. */
  otherwise: string;
}

/** Every limit: where the config states it, how it is shown, and how a breach reads. */
export const STATED_LIMITS: Record<LimitName, StatedLimit> = {
  memory: {
    config: 'edge.memory',
    stated: ({ edge }) => edge.memoryBytes,
    show: bytes,
    unit: ' B',
    least: 'the smallest plan needs',
    otherwise: 'allow fewer bits in edge.bits.weights',
  },
  error: {
    config: 'constraints.error',
    stated: ({ constraints }) => constraints.error,
    show: number,
    unit: '',
    least: 'the most accurate plan has',
    otherwise: 'allow more bits in edge.bits',
  },
  latency: {
    config: 'constraints.latency',
    stated: ({ constraints }) => constraints.latencySeconds,
    show: seconds,
    unit: ' s',
    least: 'the fastest plan takes',
    otherwise: 'take a faster edge, link or cloud',
  },
  energy: {
    config: 'constraints.energy',
    stated: ({ constraints }) => constraints.energyJoules,
    show: joules,
    unit: ' J',
    least: 'the lowest-energy plan uses',
    otherwise: 'take an edge or a link that takes less',
  },
  cost: {
    config: 'constraints.cost',
    stated: ({ constraints }) => constraints.costDollars,
    show: dollars,
    unit: ' USD',
    least: 'the cheapest plan costs',
    otherwise: 'take a cheaper cloud or link',
  },
  disk: {
    config: 'constraints.disk',
    stated: ({ constraints }) => constraints.diskBytes,
    show: bytes,
    unit: ' B',
    least: 'the smallest plan takes',
    otherwise: 'allow fewer bits in edge.bits.weights',
  },
};

/** The limits of a config as the planner takes them. */
export function planningLimits(config: ResolvedConfig): PlanningLimits {
  const limits: PlanningLimits = {};
  for (const { name, key } of LIMITS) {
    const value = STATED_LIMITS[name].stated(config);
    if (value !== undefined) limits[key] = value;
  }
  return limits;
}

/** What a plan uses and what it may use: both short, or in full where they would read the same. */
export function besideItsLimit({ name, used, limit }: Breach): [used: string, limit: string] {
  const { show, unit } = STATED_LIMITS[name];
  return besideLimit(used, limit, show, unit);
}

/** That no plan keeps a limit, and what helps. */
export function unmetLimit(breach: Breach): { message: string; hint: string } {
  const { config, least, otherwise } = STATED_LIMITS[breach.name];
  const [needed, allowed] = besideItsLimit(breach);
  return {
    message: `no plan holds ${config}: ${least} ${needed}, the limit is ${allowed}`,
    hint: `raise ${config}, or ${otherwise}`,
  };
}
