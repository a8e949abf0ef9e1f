import { linkAt } from '../cost/percentile.js';
import type { Plan, PlanningProblem } from '../planner/core/problem.js';
import type { Measured, Selection } from '../select/index.js';
import type { CompareDocument, Method, Sweep } from './compare.gen.js';
import { accuracyOf, comparedAlternative, type PlanDocumentSources } from './plan.js';

export type { CompareDocument, CutName, Method, Sweep } from './compare.gen.js';

export interface CompareSources extends Pick<PlanDocumentSources, 'config' | 'profile' | 'problem'> {
  /** Undefined where no plan meets the constraints; then `refusal` says why. */
  plan: Plan | undefined;
  refusal?: { message: string };
  /** Absent where the plan is the predicted one. */
  selection?: Selection;
  /** All that was measured. */
  measured: readonly Measured[];
  warnings?: readonly string[];
  /** By name, in the order in which they are shown; undefined where the model does not allow one. */
  baselines: Record<string, Plan | undefined>;
  sweep?: Sweep;
}

/** `compare --json` of one build (schemas/compare.schema.json): every method by the same accounting. */
export function compareDocument({
  plan,
  refusal,
  selection,
  measured,
  warnings = [],
  baselines,
  sweep,
  ...planned
}: CompareSources): CompareDocument {
  const { problem, config } = planned;
  const method = (name: string, each: Plan): Method => ({
    name,
    plan: comparedAlternative(each, { ...planned, selection: { measured: [...measured] } }),
    edgeLayers: each.assignment.edge.filter(Boolean).length,
    weightBits: weightBits(each, problem),
    speedup: plan && plan.latency.total > 0 ? each.latency.total / plan.latency.total : null,
  });
  return {
    version: 1,
    build: config.name,
    measured: selection !== undefined,
    accuracySource: plan && accuracyOf(plan, { measured: [...measured] }) ? 'measured' : 'predicted',
    warnings: [...warnings],
    uplink: linkAt(config.link).uplink,
    ...(refusal && { infeasible: refusal.message }),
    methods: [
      ...(plan ? [method('autosplit', plan)] : []),
      ...Object.entries(baselines).flatMap(([name, each]) => (each ? [method(name, each)] : [])),
    ],
    ...(sweep && { sweep }),
  };
}

function weightBits({ assignment: { edge, option } }: Plan, { layers }: PlanningProblem): Method['weightBits'] {
  const counts = new Map<number, number>();
  layers.forEach(({ options }, i) => {
    // Layers without weights have 0 weight bits.
    const bits = edge[i] ? options[option[i]].weightBits : 0;
    if (bits > 0) counts.set(bits, (counts.get(bits) ?? 0) + 1);
  });
  return [...counts].sort(([a], [b]) => a - b).map(([bits, layers]) => ({ bits, layers }));
}
