import { objectiveOf } from '../core/measure.js';
import { isBetter } from '../core/prefer.js';
import type { Plan, PlanningProblem } from '../core/problem.js';
import type { SolveOptions } from '../search/solve.js';
import { bestPlan } from './parametric.js';

export interface NextCut {
  plan: Plan | undefined;
  /** False where the search was cut short: some other cut may be better then. */
  exact: boolean;
}

/** Solutions after which the search stops. */
const MAX_SOLUTIONS = 200;

export interface NextCutOptions extends SolveOptions {
  /** Plans of less objective are passed over. @default none */
  atLeast?: number;
}

/**
 * The best plan with another cut: other tensors cross, or the decision changes between edge-only, cloud-only and split.
 * All cloud-only plans are one cut, however the input is encoded. Every other cut moves a last edge layer of the best
 * one to the cloud or a first cloud layer to the edge, so each of these moves is pinned in turn and solved. Where the
 * winner still lets the same tensors cross, its own neighbours are searched in the same way (Lawler 1972). A pinned cut
 * is compared with the free choice.
 */
export function nextCut(
  problem: PlanningProblem,
  best: Plan,
  { atLeast = 0, ...options }: NextCutOptions = {},
): NextCut {
  const free = { ...problem, pinned: undefined };
  const better = (a: Plan, b: Plan) => {
    const difference = objectiveOf(free, a) - objectiveOf(free, b);
    return Math.abs(difference) > 1e-12 * objectiveOf(free, b) ? difference < 0 : isBetter(free, a, b);
  };
  const isOther = (plan: Plan) =>
    (plan.decision !== best.decision ||
      (plan.decision !== 'cloud-only' && plan.crossing.join() !== best.crossing.join())) &&
    objectiveOf(free, plan) >= atLeast * (1 - 1e-9);
  const open: { problem: PlanningProblem; plan: Plan }[] = [];
  const consider = (candidate: PlanningProblem) => {
    const plan = bestPlan(candidate, options);
    if (plan) open.push({ problem: candidate, plan });
    solutions++;
  };
  let solutions = 0;
  consider(free);
  while (open.length > 0) {
    const first = open.reduce((a, b) => (better(b.plan, a.plan) ? b : a));
    if (isOther(first.plan)) return { plan: first.plan, exact: true };
    if (solutions >= MAX_SOLUTIONS) {
      const others = open.filter(({ plan }) => isOther(plan));
      return {
        plan: others.map(({ plan }) => plan).reduce<Plan | undefined>((a, b) => (a && better(a, b) ? a : b), undefined),
        exact: false,
      };
    }
    open.splice(open.indexOf(first), 1);
    for (const [layer, placement] of neighbours(first.problem, first.plan)) {
      const layers = first.problem.layers.map((each, i) => (i === layer ? { ...each, placement } : each));
      consider({ ...first.problem, layers });
    }
  }
  return { plan: undefined, exact: true };
}

/** Pins such that every other cut that is closed under predecessors keeps at least one of them. */
export function neighbours(
  { layers, tensors }: PlanningProblem,
  { assignment: { edge } }: Plan,
): [layer: number, placement: 'edge' | 'cloud'][] {
  const feedsEdge = new Set(layers.flatMap(({ inputs }, i) => (edge[i] ? inputs.map((t) => tensors[t].producer) : [])));
  return layers.flatMap(({ inputs, options, placement }, i): [number, 'edge' | 'cloud'][] => {
    if (placement !== 'either') return [];
    if (edge[i]) return feedsEdge.has(i) ? [] : [[i, 'cloud']];
    const isFirst = inputs.every((t) => tensors[t].producer < 0 || edge[tensors[t].producer]);
    return isFirst && options.length > 0 ? [[i, 'edge']] : [];
  });
}
