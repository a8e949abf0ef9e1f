import type { Profile } from '../calibrate/profile.js';
import type { ResolvedConfig } from '../config/resolved.js';
import { transferLink } from '../cost/link.js';
import { linkAt } from '../cost/percentile.js';
import {
  bestPlan,
  type CutChange,
  changesOfLimit,
  changesOnLine,
  cutKey,
  logarithmic,
} from '../planner/analysis/parametric.js';
import { limitOf } from '../planner/core/limits.js';
import type { LimitName, Plan, PlanningProblem } from '../planner/core/problem.js';

/** Values for one number of the config: `uplink` in bits per second, `memory` in bytes, or the planner's `error`. */
export interface SweepRange {
  parameter: 'uplink' | 'memory' | 'error';
  low: number;
  high: number;
  /** Number of points, evenly spaced on a logarithmic scale. */
  count: number;
}

/** What is needed to solve a problem again. */
export interface Solvable {
  config: ResolvedConfig;
  profile: Profile;
  problem: PlanningProblem;
}

/** The problem with another uplink. Sizes and errors do not depend on it, so nothing is profiled again. */
export const atUplink = ({ config, problem }: Solvable, bitsPerSecond: number): PlanningProblem => ({
  ...problem,
  link: transferLink({ ...linkAt(config.link), uplink: bitsPerSecond }),
});

const atLimit = ({ problem }: Solvable, limit: PlanningProblem['limits']): PlanningProblem => ({
  ...problem,
  limits: { ...problem.limits, ...limit },
});

const problemAt = (planned: Solvable, { parameter }: SweepRange, value: number): PlanningProblem => {
  if (parameter === 'uplink') return atUplink(planned, value);
  return atLimit(planned, { [limitOf(parameter).key]: value });
};

/** All changes of the best cut between two uplinks, from slow to fast. Latency is linear in seconds per bit. */
export function uplinkChanges(planned: Solvable, low: number, high: number): CutChange[] {
  return changesOnLine(1 / high, 1 / low, (secondsPerBit) => atUplink(planned, 1 / secondsPerBit))
    .map(({ at, from, to }) => ({ at: 1 / at, from: to, to: from }))
    .reverse();
}

/** One point of a sweep. */
export interface SolvedPoint {
  value: number;
  problem: PlanningProblem;
  plan: Plan | undefined;
}

/** Solves the problem along a range. */
export function solveAlong(planned: Solvable, range: SweepRange): SolvedPoint[] {
  return logarithmic(range.low, range.high, range.count).map((value) => {
    const problem = problemAt(planned, range, value);
    return { value, problem, plan: bestPlan(problem) };
  });
}

/** Every change of cut along a range. */
export function changesAlong(planned: Solvable, range: SweepRange, points: readonly SolvedPoint[]): CutChange[] {
  return range.parameter === 'uplink'
    ? uplinkChanges(planned, range.low, range.high)
    : limitChanges(planned, { ...range, parameter: range.parameter }, points);
}

function limitChanges(
  planned: Solvable,
  range: SweepRange & { parameter: LimitName },
  points: readonly SolvedPoint[],
): CutChange[] {
  const { used } = limitOf(range.parameter);
  return points.slice(1).flatMap(({ value, plan }, i) => {
    if (!plan || cutKey(plan) === cutKey(points[i].plan)) return [];
    return changesOfLimit(points[i], { value, plan }, used, (each) => problemAt(planned, range, each));
  });
}
