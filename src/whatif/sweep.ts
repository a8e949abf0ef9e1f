import type { Profile } from '../calibrate/profile.js';
import type { ResolvedConfig } from '../config/resolved.js';
import { transferLink } from '../cost/link.js';
import { linkAt } from '../cost/percentile.js';
import type { Alternative, CutName, Sweep } from '../documents/compare.gen.js';
import { alternative } from '../documents/plan.js';
import type { Evaluation } from '../evaluate/evaluation.js';
import {
  bestPlan,
  type CutChange,
  changesOfLimit,
  changesOnLine,
  cutKey,
  logarithmic,
} from '../planner/analysis/parametric.js';
import { trivialPlans } from '../planner/baselines/index.js';
import type { Plan, PlanningProblem } from '../planner/core/problem.js';

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
  return atLimit(planned, parameter === 'memory' ? { memoryBytes: value } : { error: value });
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

/**
 * What was found along a range, and where the cut changes.
 *
 * @param evaluations what the plans of points really lose, where that was measured
 */
export function sweep(
  planned: Solvable,
  range: SweepRange,
  points: readonly SolvedPoint[],
  evaluations?: ReadonlyMap<SolvedPoint, Evaluation>,
): Sweep {
  const { parameter, low, high } = range;
  const { config, problem } = planned;
  const changes = parameter === 'uplink' ? uplinkChanges(planned, low, high) : limitChanges(planned, range, points);
  const configured = {
    uplink: linkAt(config.link).uplink,
    memory: config.edge.memoryBytes,
    error: config.constraints.error ?? null,
  };
  return {
    parameter,
    configured: configured[parameter],
    points: points.map((point) => {
      const trivial = trivialPlans(point.problem);
      const total = (name: keyof typeof trivial) => (trivial[name]?.feasible ? trivial[name].latency.total : null);
      const accuracy = evaluations?.get(point);
      return {
        value: point.value,
        plan: point.plan ? scored(point.plan, { ...planned, problem: point.problem }) : null,
        cloudOnly: total('cloud-only'),
        edgeOnly: total('edge-only'),
        ...(accuracy && { accuracy }),
      };
    }),
    changes: changes.map((change) => ({
      at: change.at,
      from: cutName(change.from, problem),
      to: cutName(change.to, problem),
    })),
  };
}

function limitChanges(planned: Solvable, range: SweepRange, points: readonly SolvedPoint[]): CutChange[] {
  const uses = (plan: Plan) => (range.parameter === 'error' ? plan.error : plan.memory.total);
  return points.slice(1).flatMap(({ value, plan }, i) => {
    if (!plan || cutKey(plan) === cutKey(points[i].plan)) return [];
    return changesOfLimit(points[i], { value, plan }, uses, (each) => problemAt(planned, range, each));
  });
}

/** A plan that holds all limits but perhaps that on latency. */
function scored(plan: Plan, planned: Solvable): Alternative {
  const limit = planned.problem.limits.latencySeconds;
  return { ...alternative(plan, planned), feasible: limit === undefined || plan.latency.total <= limit * (1 + 1e-12) };
}

/** A cut named by the tensors that cross it. */
export function cutName(plan: Plan | undefined, { tensors }: PlanningProblem): CutName {
  return plan ? { decision: plan.decision, tensors: plan.crossing.map((t) => tensors[t].name) } : null;
}
