import type { CompareDocument, Method, Sweep } from './compare-document.gen.js';
import { linkAt } from './cost/percentile.js';
import { alternative, violated } from './plan-document.js';
import type { BaselinePlan } from './planner/baselines.js';
import type { Plan, PlanningProblem } from './planner/problem.js';
import type { Solvable } from './sweep.js';

export type { CompareDocument, CutName, Method, Sweep } from './compare-document.gen.js';

export interface CompareSources extends Solvable {
  /** Undefined where no plan meets the constraints; then `refusal` says why. */
  plan: Plan | undefined;
  refusal?: { message: string };
  measured: boolean;
  /** By name, in the order in which they are shown; undefined where the network does not allow one. */
  baselines: Record<string, BaselinePlan | undefined>;
  sweep?: Sweep;
}

/** `compare --json` of one build (schemas/compare.schema.json): every method by the same accounting. */
export function compareDocument({ plan, refusal, measured, baselines, sweep, ...planned }: CompareSources): CompareDocument {
  const { problem, config } = planned;
  const method = (name: string, each: Plan, verdict?: { feasible: boolean; violated: string[] }): Method => ({
    name,
    plan: { ...alternative(each, planned), ...verdict },
    edgeLayers: each.assignment.edge.filter(Boolean).length,
    weightBits: weightBits(each, problem),
    speedup: plan && plan.latency.total > 0 ? each.latency.total / plan.latency.total : null,
  });
  return {
    version: 1,
    build: config.name,
    measured,
    uplink: linkAt(config.network).uplink,
    ...(refusal && { infeasible: refusal.message }),
    methods: [
      ...(plan ? [method('autosplit', plan)] : []),
      ...Object.entries(baselines).flatMap(([name, each]) =>
        each ? [method(name, each, { feasible: each.feasible, violated: violated(each, { problem, plan: plan ?? each }) })] : [],
      ),
    ],
    ...(sweep && { sweep }),
  };
}

function weightBits({ assignment: { edge, option } }: Plan, { layers }: PlanningProblem): Method['weightBits'] {
  const counts = new Map<number, number>();
  layers.forEach(({ options }, i) => {
    // Layers without weights have 0 there: nothing to count.
    const bits = edge[i] ? options[option[i]].weightBits : 0;
    if (bits > 0) counts.set(bits, (counts.get(bits) ?? 0) + 1);
  });
  return [...counts].sort(([a], [b]) => a - b).map(([bits, layers]) => ({ bits, layers }));
}
