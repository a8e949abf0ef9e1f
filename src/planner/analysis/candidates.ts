import { type BaselinePlan, checkLimits } from '../baselines/check-limits.js';
import { bestEffort } from '../baselines/trivial.js';
import { crossingTensors } from '../core/crossing.js';
import type { Plan, PlanningProblem } from '../core/problem.js';
import type { SolveOptions } from '../search/search.js';

/** The best plan of one cut. */
export interface Candidate {
  plan: BaselinePlan;
  /** It is the plan that was taken itself. */
  isTaken: boolean;
}

export interface CandidateOptions extends SolveOptions {
  /** Most cuts that are solved beside that of the plan itself. @default 40 */
  most?: number;
}

/** With fewer single-tensor cuts than this, cuts by which more tensors cross are shown too. */
const FEW = 10;

/** Effort for one cut, whose bits alone are searched. */
const EFFORT: SolveOptions = { gap: 1e-3, work: 2e6 };

/**
 * The best plan of each cut along the model, from cloud-only to edge-only, with `taken` among them. Cuts are prefixes
 * of the execution order after which a single tensor crosses; where these are few, also those by which the fewest
 * tensors cross. Where no plan of a cut keeps the limits, the nearest one is shown and marked. Of more cuts than
 * `most`, evenly spread ones are kept.
 */
export function candidateCuts(
  problem: PlanningProblem,
  taken: Plan,
  { most = 40, ...options }: CandidateOptions = {},
): Candidate[] {
  const isTaken = (edge: readonly boolean[]) => edge.every((on, i) => on === taken.assignment.edge[i]);
  const found = spread(prefixes(problem), most)
    .filter((edge) => !isTaken(edge))
    .flatMap((edge): Candidate[] => {
      const plan = bestEffort(pinnedTo(problem, edge), { ...EFFORT, ...options });
      return plan ? [{ plan: checkLimits(problem, plan), isTaken: false }] : [];
    });
  const onEdge = ({ plan }: Candidate) => plan.assignment.edge.filter(Boolean).length;
  return [...found, { plan: checkLimits(problem, taken), isTaken: true }].sort((a, b) => onEdge(a) - onEdge(b));
}

/** The edge parts of these cuts, ascending. */
function prefixes(problem: PlanningProblem): boolean[][] {
  const { layers, tensors } = problem;
  const pinned = layers.map(({ placement }) => placement);
  const cuts = Array.from({ length: layers.length + 1 }, (_, length) => {
    const edge = layers.map((_, i) => i < length);
    return { edge, length, crossing: crossingTensors(problem, edge) };
  }).filter(
    ({ edge, crossing }) =>
      edge.every((on, i) => (on ? pinned[i] !== 'cloud' && layers[i].options.length > 0 : pinned[i] !== 'edge')) &&
      crossing.every((t) => tensors[t].wire.length > 0),
  );
  // Cuts by which the same tensors cross differ in layers that nothing in the cloud needs: keep the first.
  const distinct = cuts.filter(({ crossing }, i) => i === 0 || crossing.join() !== cuts[i - 1].crossing.join());
  const isEnd = ({ length }: { length: number }) => length === 0 || length === layers.length;
  const narrow = distinct.filter((cut) => isEnd(cut) || cut.crossing.length === 1);
  if (narrow.length >= FEW) return narrow.map(({ edge }) => edge);
  const fewest = distinct
    .filter((cut) => !isEnd(cut))
    .sort((a, b) => a.crossing.length - b.crossing.length || a.length - b.length);
  const kept = new Set([...distinct.filter(isEnd), ...fewest.slice(0, 2 * FEW)]);
  return distinct.filter((cut) => kept.has(cut)).map(({ edge }) => edge);
}

/** First, last and evenly spread items between them. */
function spread<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items];
  return Array.from({ length: most }, (_, i) => items[Math.round((i * (items.length - 1)) / (most - 1))]);
}

const pinnedTo = (problem: PlanningProblem, edge: readonly boolean[]): PlanningProblem => ({
  ...problem,
  pinned: undefined,
  layers: problem.layers.map((layer, i) => ({ ...layer, placement: edge[i] ? ('edge' as const) : ('cloud' as const) })),
});
