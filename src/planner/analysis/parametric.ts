import { account } from '../core/accounting.js';
import { limitOf } from '../core/limits.js';
import { objectiveOf } from '../core/measure.js';
import type { LimitName, Plan, PlanningProblem } from '../core/problem.js';
import { type SolveOptions, solve } from '../search/solve.js';

/** The cut of a plan as a string. Plans that differ in bits alone have the same cut. */
export const cutKey = (plan: Plan | undefined): string =>
  plan ? `${plan.decision}:${plan.assignment.edge.map(Number).join('')}:${plan.crossing.join(',')}` : 'none';

/** As the number rises past `at`, the best cut changes. */
export interface CutChange {
  at: number;
  from: Plan | undefined;
  to: Plan | undefined;
}

/** The problem with the varied number at a value. */
export type ProblemAt = (value: number) => PlanningProblem;

/**
 * The best plan. Where the objective is latency, the limit on latency is ignored: it decides whether there is a plan,
 * not which.
 */
export function bestPlan(problem: PlanningProblem, options?: SolveOptions): Plan | undefined {
  const { objective = 'latency', limits } = problem;
  return solve(
    objective === 'latency' ? { ...problem, limits: { ...limits, latencySeconds: undefined } } : problem,
    options,
  ).best;
}

/** Between two plans of one cut, plans that are better by less than this share are not searched for. */
const SAME_CUT = 1e-4;
const ROUNDING = 1e-9;

/** Most solutions along one range. */
const MAX_SOLUTIONS = 400;
/** Most changes of cut between two points. */
const MAX_CHANGES = 20;

/**
 * Every change of cut in a range of a number in which the objective of each plan is linear, as latency, energy and cost
 * are in seconds per byte. The best objective is then the lower envelope of lines (parametric programming): where the
 * lines of two neighbours meet, either no third plan is better, or it splits the range in two. Exact, except that
 * differences below 0.01 % within one cut are ignored. `throughput` is piecewise linear, so a change may be missed.
 */
export function changesOnLine(low: number, high: number, at: ProblemAt, options?: SolveOptions): CutChange[] {
  interface Known {
    x: number;
    plan: Plan;
    value: number;
  }
  let solutions = 0;
  const best = (x: number): Known | undefined => {
    solutions++;
    const problem = at(x);
    const plan = bestPlan(problem, options);
    return plan && { x, plan, value: objectiveOf(problem, plan) };
  };
  const cost = ({ plan }: Known, x: number) => objectiveOf(at(x), account(at(x), plan.assignment));
  const changes: CutChange[] = [];
  /** The number from which b is better than a; or a third plan that is better than both in between. */
  const between = (a: Known, b: Known, isSame: boolean): number | Known => {
    // How much worse each plan is at the end of the other.
    const lossA = cost(a, b.x) - b.value;
    const lossB = cost(b, a.x) - a.value;
    if (lossA <= ROUNDING * b.value) return b.x;
    if (lossB <= ROUNDING * a.value) return a.x;
    const share = lossB / (lossA + lossB);
    const x = a.x + share * (b.x - a.x);
    const above = cost(a, x);
    const chord = (1 - share) * a.value + share * b.value;
    if (above - chord <= (isSame ? SAME_CUT : ROUNDING) * above || solutions >= MAX_SOLUTIONS) return x;
    const middle = best(x);
    return !middle || middle.value >= above * (1 - ROUNDING) ? x : middle;
  };
  const meet = (a: Known, b: Known): void => {
    const isSame = cutKey(a.plan) === cutKey(b.plan);
    const found = between(a, b, isSame);
    if (typeof found !== 'number') {
      meet(a, found);
      meet(found, b);
    } else if (!isSame) changes.push({ at: found, from: a.plan, to: b.plan });
  };
  const [first, last] = [best(low), best(high)];
  if (first && last) meet(first, last);
  return merged(changes);
}

/** Where three lines meet in one point, the one in the middle is the best nowhere else: merge the two changes. */
function merged(changes: readonly CutChange[]): CutChange[] {
  const result: CutChange[] = [];
  for (const change of changes) {
    const last = result.at(-1);
    if (last && change.at - last.at <= ROUNDING * change.at) last.to = change.to;
    else result.push({ ...change });
  }
  return result.filter(({ from, to }) => cutKey(from) !== cutKey(to));
}

/**
 * Where the cut changes between two values of a limit, by bisection of the ratio to 0.01 %, one change after the other.
 * A plan is allowed from the value that it uses, so most places are exact. A cut that changes and comes back between
 * two trials is missed.
 */
export function changesOfLimit(
  low: { value: number; plan: Plan | undefined },
  high: { value: number; plan: Plan },
  uses: (plan: Plan) => number,
  at: ProblemAt,
  options?: SolveOptions,
): CutChange[] {
  const changes: CutChange[] = [];
  let last = low;
  while (cutKey(last.plan) !== cutKey(high.plan) && changes.length < MAX_CHANGES) {
    let below = last;
    let plan = high.plan;
    const start = () => Math.max(below.value, uses(plan));
    while (start() > below.value * 1.0001) {
      const value = Math.sqrt(below.value * start());
      const found = bestPlan(at(value), options);
      if (!found || cutKey(found) === cutKey(last.plan)) below = { value, plan: found };
      else plan = found;
    }
    changes.push({ at: start(), from: below.plan, to: plan });
    last = { value: start(), plan };
  }
  return changes;
}

/**
 * The shadow price of a limit, in the unit of the objective, >= 0. Savings are relative to the best plan within the
 * limits, losses to the given plan, which may be slightly worse because it is more accurate.
 */
export interface LimitPrice {
  limit: number;
  used: number;
  /** Without the limit some plan is better. */
  binding: boolean;
  /** By how much the limit is moved: a round number near a tenth of it. */
  step: number;
  /** Saved with `step` more. */
  saved: number;
  /** Lost with `step` less; undefined where no plan is left. */
  lost: number | undefined;
  /** Where `step` more saves nothing yet: the least limit that does, within 0.01 %. */
  first?: { limit: number; saved: number };
  /** The best plan without the limit. */
  without: { saved: number; needed: number };
}

/**
 * The price of a limit by solving again with it moved; undefined where there is no such limit. `best` is the given
 * plan.
 */
export function priceOfLimit(
  problem: PlanningProblem,
  name: LimitName,
  best: Plan,
  options?: SolveOptions,
): LimitPrice | undefined {
  const { key, used: uses } = limitOf(name);
  const limit = problem.limits[key];
  if (limit === undefined || !Number.isFinite(limit)) return undefined;
  const isOfFastest = name === 'latency' && (problem.objective ?? 'latency') === 'latency';
  const moved = (value: number | undefined) => {
    // The fastest plan keeps the limit on latency, or no plan does.
    if (isOfFastest) return value !== undefined && uses(best) > value ? undefined : best;
    return bestPlan({ ...problem, limits: { ...problem.limits, [key]: value } }, options);
  };
  const step = roundTenth(limit);
  const own = objectiveOf(problem, best);
  const value = Math.min(own, objectiveOf(problem, moved(limit) ?? best));
  const saving = (plan: Plan | undefined) => {
    const saved = plan ? value - objectiveOf(problem, plan) : 0;
    return saved > ROUNDING * value ? saved : 0;
  };
  const free = moved(undefined) ?? best;
  const binding = saving(free) > 0;
  const less = limit - step >= uses(best) ? best : moved(limit - step);
  const saved = binding ? saving(moved(limit + step)) : 0;
  /** The least limit that gains anything, by bisection of the ratio between one that does and one that does not. */
  const firstGain = () => {
    let [low, plan] = [limit + step, free];
    while (uses(plan) > low * 1.0001) {
      const middle = Math.sqrt(low * uses(plan));
      const found = moved(middle);
      if (found && saving(found) > 0) plan = found;
      else low = middle;
    }
    return { limit: uses(plan), saved: saving(plan) };
  };
  return {
    limit,
    used: uses(best),
    binding,
    step,
    saved,
    lost: less && Math.max(0, objectiveOf(problem, less) - own),
    ...(binding && saved === 0 && { first: firstGain() }),
    without: { saved: saving(free), needed: uses(free) },
  };
}

/** The largest of 1, 2 or 5 times a power of ten within a tenth of the value. */
function roundTenth(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10((value / 10) * (1 + ROUNDING)));
  const digit = (value / 10 / power) * (1 + ROUNDING);
  return (digit >= 5 ? 5 : digit >= 2 ? 2 : 1) * power;
}

/** Values spread evenly by their logarithm, both ends among them. */
export function logarithmic(low: number, high: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) =>
    i === 0 ? low : i === count - 1 ? high : low * (high / low) ** (i / (count - 1)),
  );
}
