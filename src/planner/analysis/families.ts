/**
 * Families of plans: those with the same cut whose inputs travel with the same kind of loss. Predicted error ranks
 * plans within a family but says little across families, so accuracy is measured family by family.
 */

import { account } from '../core/accounting.js';
import { checkProblem } from '../core/check.js';
import { crossingTensors } from '../core/crossing.js';
import { linearLimits } from '../core/limits.js';
import {
  cloudTime,
  ERROR,
  edgeTime,
  type LinearLimit,
  latency,
  objectiveMeasure,
  objectiveOf,
  transferTime,
} from '../core/measure.js';
import type { Plan, PlanningProblem, WireOption } from '../core/problem.js';
import { Queue } from '../core/queue.js';
import { type SearchOptions, search } from '../search/search.js';
import { solve } from '../search/solve.js';
import { neighbours } from './next-cut.js';

/** Plans of one cut whose crossing tensors lose information in the same way. */
export interface Family {
  key: string;
  /** The plan of least objective within the limits, whatever its accuracy. */
  fastest: Plan;
  /** No plan of the family has less objective than this. */
  bound: number;
  /**
   * The plan of least predicted error, and the fastest of those.
   * @param below most objective that it may have
   * @returns undefined where the family has no such plan
   */
  mostAccurate(below?: number): Plan | undefined;
  /** The plan of least objective whose predicted error is at most `error`. */
  fastestWithin(error: number): Plan | undefined;
}

/** Effort for a family, which is solved again with every plan that is measured. */
const EFFORT: SearchOptions = { gap: 1e-6, work: 2e7 };

/** A subset of all plans: a problem with fewer choices, and its best plan in terms of the whole problem. */
interface Part {
  choices: Choices;
  plan: Plan;
  bound: number;
}

/** A problem with pinned layers, and the kinds of loss that each tensor may not have. */
interface Choices {
  problem: PlanningProblem;
  barred: ReadonlyMap<number, ReadonlySet<string>>;
}

/**
 * All families of a problem, in the order of their least objective (Lawler, "A procedure for computing the K best
 * solutions", Management Science 18, 1972): find the best plan, split all others into disjoint sets, continue with the
 * set whose best plan is best.
 */
export function* familiesOf(problem: PlanningProblem): Generator<Family> {
  checkProblem(problem);
  const queue = new Queue<Part>((a, b) => a.bound - b.bound);
  const consider = (choices: Choices) => {
    const found = bestOf(choices, problem);
    if (found) queue.push({ choices, ...found });
  };
  consider({ problem, barred: new Map() });
  const seen = new Set<string>();
  for (let part = queue.pop(); part; part = queue.pop()) {
    const key = familyKey(problem, part.plan);
    if (!seen.has(key)) {
      seen.add(key);
      yield familyOf(problem, key, part);
    }
    for (const choices of othersThan(part)) consider(choices);
  }
}

/** The family that a plan belongs to. */
export function familyOfPlan(problem: PlanningProblem, plan: Plan): Family {
  const family = familyOf(problem, familyKey(problem, plan), { plan, bound: 0 });
  const fastest = family.fastestWithin(Number.POSITIVE_INFINITY) ?? plan;
  return { ...family, fastest, bound: objectiveOf(problem, fastest) };
}

/** What the plans of a family have in common. */
export function familyKey({ tensors }: PlanningProblem, { decision, crossing, assignment }: Plan): string {
  return JSON.stringify([
    decision,
    crossing.map((t) => [tensors[t].name, lossOf(tensors[t].wire[assignment.wire[t]])]),
  ]);
}

const lossOf = ({ loss = '' }: WireOption): string => loss;

function bestOf({ problem, barred }: Choices, whole: PlanningProblem): { plan: Plan; bound: number } | undefined {
  const { restricted, lift } = restrict(problem, (t, option) => !barred.get(t)?.has(lossOf(option)));
  if (restricted.objective === 'throughput') {
    const { best, optimality } = solve(restricted, EFFORT);
    return best && { plan: lift(best, whole), bound: optimality.lowerBound };
  }
  const { best, lowerBound } = search(restricted, { ...EFFORT, limits: linearLimits(restricted) });
  return best && { plan: lift(best, whole), bound: lowerBound };
}

/** Disjoint sets that hold every plan of a part but those of the family of its best plan. */
function othersThan({ choices: { problem, barred }, plan }: Part): Choices[] {
  const sets: Choices[] = [];
  const { edge, wire } = plan.assignment;
  const sameCut = withPlacement(problem, (i) => (edge[i] ? 'edge' : 'cloud'));
  const crossing = plan.crossing.filter((t) => new Set(problem.tensors[t].wire.map(lossOf)).size > 1);
  const only = new Map(barred);
  for (const t of crossing) {
    const own = lossOf(problem.tensors[t].wire[wire[t]]);
    const others = problem.tensors[t].wire.map(lossOf).filter((loss) => loss !== own);
    sets.push({ problem: sameCut, barred: new Map(only).set(t, new Set([...(barred.get(t) ?? []), own])) });
    only.set(t, new Set([...(barred.get(t) ?? []), ...others]));
  }
  const kept = new Map<number, 'edge' | 'cloud'>();
  for (const [layer, placement] of neighbours(problem, plan)) {
    const sides = new Map(kept).set(layer, placement);
    sets.push({ problem: withPlacement(problem, (i) => sides.get(i) ?? problem.layers[i].placement), barred });
    kept.set(layer, placement === 'edge' ? 'cloud' : 'edge');
  }
  return sets;
}

const withPlacement = (
  problem: PlanningProblem,
  of: (layer: number) => 'either' | 'edge' | 'cloud',
): PlanningProblem => ({
  ...problem,
  layers: problem.layers.map((layer, i) => ({ ...layer, placement: of(i) })),
});

function familyOf(problem: PlanningProblem, key: string, { plan, bound }: Pick<Part, 'plan' | 'bound'>): Family {
  const { edge, wire } = plan.assignment;
  const crossing = new Set(crossingTensors(problem, edge));
  const cut = { ...withPlacement(problem, (i) => (edge[i] ? 'edge' : 'cloud')), pinned: undefined };
  const { restricted, lift } = restrict(
    cut,
    (t, option) => !crossing.has(t) || lossOf(option) === lossOf(problem.tensors[t].wire[wire[t]]),
  );
  const run = (options: SearchOptions): Plan | undefined => search(restricted, { ...EFFORT, ...options }).best;
  const own = linearLimits(restricted);
  const fastestOf = (limits: readonly LinearLimit[]) => {
    if (problem.objective !== 'throughput') return run({ limits });
    const error = limits
      .filter(({ name }) => name === 'error')
      .reduce((least, { limit }) => Math.min(least, limit), Number.POSITIVE_INFINITY);
    return solve({ ...restricted, limits: { ...restricted.limits, error } }, EFFORT).best;
  };
  const within = (error: number): LinearLimit[] =>
    error === Number.POSITIVE_INFINITY ? [] : [{ name: 'error', measure: ERROR, limit: error }];
  return {
    key,
    fastest: plan,
    bound,
    mostAccurate(below) {
      const limits = below === undefined ? own : [...own, ...objectiveLimits(problem, below)];
      const best = run({ objective: ERROR, limits });
      if (!best) return undefined;
      const fast = fastestOf([...own, ...within(best.error)]) ?? best;
      return lift(objectiveOf(problem, fast) <= objectiveOf(problem, best) ? fast : best, problem);
    },
    fastestWithin(error) {
      const best = fastestOf([...own, ...within(error)]);
      return best && lift(best, problem);
    },
  };
}

/** Limits on sums by which the objective is at most `most`. */
function objectiveLimits(problem: PlanningProblem, most: number): LinearLimit[] {
  const limit = (measure: LinearLimit['measure']): LinearLimit => ({ name: 'latency', measure, limit: most });
  if (problem.objective === 'throughput') return [edgeTime, transferTime(problem), cloudTime].map(limit);
  return [limit(problem.objective === undefined ? latency(problem) : objectiveMeasure(problem))];
}

/** A problem with some of the wire options, and `lift`, which renumbers its plans for the whole problem. */
function restrict(problem: PlanningProblem, isAllowed: (tensor: number, option: WireOption) => boolean) {
  const kept = problem.tensors.map(({ wire }, t) => wire.flatMap((option, w) => (isAllowed(t, option) ? [w] : [])));
  const tensors = problem.tensors.map((tensor, t) => ({ ...tensor, wire: kept[t].map((w) => tensor.wire[w]) }));
  const lift = ({ assignment }: Plan, whole: PlanningProblem): Plan => {
    const lifted = { ...assignment, wire: assignment.wire.map((w, t) => (w < 0 ? w : kept[t][w])) };
    return { ...account(whole, lifted), assignment: lifted };
  };
  return { restricted: { ...problem, tensors }, lift };
}
