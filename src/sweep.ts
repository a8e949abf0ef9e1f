import type { Alternative, CutName, Sweep } from './compare-document.gen.js';
import type { ResolvedConfig } from './config/resolved.js';
import { transferLink } from './cost/network.js';
import { linkAt } from './cost/percentile.js';
import { alternative } from './plan-document.js';
import { trivialPlans } from './planner/baselines.js';
import type { Plan, PlanningProblem } from './planner/problem.js';
import { type CutChange, changesOfLimit, changesOnLine, cutKey, fastestPlan, logarithmic } from './planner/sensitivity.js';
import type { Profile } from './profile/profile.js';

/** What one number of the config is moved through: bits per second of `uplink`, bytes of `memory`. */
export interface SweepRange {
  parameter: 'uplink' | 'memory';
  low: number;
  high: number;
  /** Points, evenly spread by their logarithm. */
  count: number;
}

/** What of a planned network is needed to solve it again. */
export interface Solvable {
  config: ResolvedConfig;
  profile: Profile;
  problem: PlanningProblem;
}

/** The problem with another uplink: nothing is profiled again, since no size and no error depends on it. */
export const atUplink = ({ config, problem }: Solvable, bitsPerSecond: number): PlanningProblem => ({
  ...problem,
  link: transferLink({ ...linkAt(config.network), uplink: bitsPerSecond }),
});

const atMemory = ({ problem }: Solvable, memoryBytes: number): PlanningProblem => ({
  ...problem,
  limits: { ...problem.limits, memoryBytes },
});

/** Every change of cut between two uplinks, the slow one first. Latencies are straight lines over seconds per bit. */
export function uplinkChanges(planned: Solvable, low: number, high: number): CutChange[] {
  return changesOnLine(1 / high, 1 / low, (secondsPerBit) => atUplink(planned, 1 / secondsPerBit))
    .map(({ at, from, to }) => ({ at: 1 / at, from: to, to: from }))
    .reverse();
}

/** Solves the problem along a range of uplinks or memories and finds where the cut changes. */
export function sweep(planned: Solvable, { parameter, low, high, count }: SweepRange): Sweep {
  const at = (value: number) => (parameter === 'uplink' ? atUplink(planned, value) : atMemory(planned, value));
  const solved = logarithmic(low, high, count).map((value) => ({ value, problem: at(value), plan: fastestPlan(at(value)) }));
  const changes = parameter === 'uplink' ? uplinkChanges(planned, low, high) : memoryChanges(solved, at);
  const { network, edge } = planned.config;
  return {
    parameter,
    configured: parameter === 'uplink' ? linkAt(network).uplink : edge.memoryBytes,
    points: solved.map(({ value, problem, plan }) => {
      const trivial = trivialPlans(problem);
      const total = (name: keyof typeof trivial) => (trivial[name]?.feasible ? trivial[name].latency.total : null);
      return {
        value,
        plan: plan ? judged(plan, { ...planned, problem }) : null,
        cloudOnly: total('cloud-only'),
        edgeOnly: total('edge-only'),
      };
    }),
    changes: changes.map((change) => ({
      at: change.at,
      from: cutName(change.from, planned.problem),
      to: cutName(change.to, planned.problem),
    })),
  };
}

function memoryChanges(solved: readonly { value: number; plan: Plan | undefined }[], at: (value: number) => PlanningProblem): CutChange[] {
  return solved.slice(1).flatMap(({ value, plan }, i) => {
    if (!plan || cutKey(plan) === cutKey(solved[i].plan)) return [];
    return changesOfLimit(solved[i], { value, plan }, (each) => each.memory.total, at);
  });
}

/** A plan that holds all limits but perhaps that on latency. */
function judged(plan: Plan, planned: Solvable): Alternative {
  const limit = planned.problem.limits.latencySeconds;
  return { ...alternative(plan, planned), feasible: limit === undefined || plan.latency.total <= limit * (1 + 1e-12) };
}

/** A cut as people know it: by the tensors that cross. */
export function cutName(plan: Plan | undefined, { tensors }: PlanningProblem): CutName {
  return plan ? { decision: plan.decision, tensors: plan.crossing.map((t) => tensors[t].name) } : null;
}
