import type { Profile } from '../calibrate/profile.js';
import type { ResolvedConfig } from '../config/resolved.js';
import { linkAt } from '../cost/percentile.js';
import type { Evaluation } from '../evaluate/evaluation.js';
import type { CutChange } from '../planner/analysis/parametric.js';
import type { trivialPlans } from '../planner/baselines/index.js';
import { breaches } from '../planner/core/limits.js';
import type { Plan, PlanningProblem } from '../planner/core/problem.js';
import type { Alternative, Sweep } from './compare.gen.js';
import { cutName } from './cut-name.js';
import { alternative } from './plan.js';

type TrivialPlans = ReturnType<typeof trivialPlans>;

/** One point of a sweep with the plans that were found there. */
export interface SweepPoint {
  value: number;
  problem: PlanningProblem;
  plan: Plan | undefined;
  trivial: TrivialPlans;
  /** What the plan really loses, where that was measured. */
  evaluation?: Evaluation | undefined;
}

export interface SweepSources {
  config: ResolvedConfig;
  profile: Profile;
  problem: PlanningProblem;
  parameter: Sweep['parameter'];
  points: readonly SweepPoint[];
  changes: readonly CutChange[];
}

/** The part of `compare --json` on a range: the plan at each point, and where the cut changes. */
export function sweepDocument(sources: SweepSources): Sweep {
  const { config, problem, parameter, points, changes } = sources;
  const configured = {
    uplink: linkAt(config.link).uplink,
    memory: config.edge.memoryBytes,
    error: config.constraints.error ?? null,
  };
  return {
    parameter,
    configured: configured[parameter],
    points: points.map((point) => pointOf(point, sources)),
    changes: changes.map(({ at, from, to }) => ({ at, from: cutName(from, problem), to: cutName(to, problem) })),
  };
}

function pointOf(
  { value, problem, plan, trivial, evaluation }: SweepPoint,
  sources: SweepSources,
): Sweep['points'][number] {
  const total = (name: keyof TrivialPlans) => (trivial[name]?.feasible ? trivial[name].latency.total : null);
  return {
    value,
    plan: plan ? judged(plan, { ...sources, problem }) : null,
    cloudOnly: total('cloud-only'),
    edgeOnly: total('edge-only'),
    ...(evaluation && { accuracy: evaluation }),
  };
}

/** A plan that keeps all limits but perhaps that on latency. */
function judged(plan: Plan, sources: Pick<SweepSources, 'config' | 'profile' | 'problem'>): Alternative {
  const broken = breaches(sources.problem.limits, plan).some(({ name }) => name === 'latency');
  return { ...alternative(plan, sources), feasible: !broken };
}
