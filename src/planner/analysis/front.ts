import { checkProblem } from '../core/check.js';
import { ERROR, objectiveMeasure, objectiveOf, sumOf } from '../core/measure.js';
import type { Plan, PlanningProblem } from '../core/problem.js';
import { mostOf } from '../core/scale.js';
import { leastError, limitBroken } from '../search/infeasible.js';
import { createSearcher, limitsBeside, type Searcher, type SolveOptions, search } from '../search/search.js';
import { solve } from '../search/solve.js';

export interface FrontOptions extends SolveOptions {
  /** The best plan, where it is known. @default what `solve` finds */
  best?: Plan;
  /** Most plans along one memory. @default 16 */
  plans?: number;
}

/** Gap and effort for all plans but the first, which need not be exact. */
const ROUGH: SolveOptions = { gap: 1e-3, work: 3e7 };

/**
 * The Pareto front of objective and error within the limits, from the best plan to the most accurate one. Errors are
 * spread by equal factors. Each search continues from the state of the one before it, which had a higher error limit.
 */
export function front(problem: PlanningProblem, { best: known, ...options }: FrontOptions = {}): Plan[] {
  checkProblem(problem);
  const best = known ?? solve(problem, options).best;
  if (!best) return [];
  const first = [best, moreAccurate(problem, best, options)].flatMap((plan) => plan ?? []);
  return spread(problem, first, leastError(problem, options) ?? best.error, walkDown(problem, options), options);
}

/** The share of the objective that all the error of the best plan costs at the price put on it. */
const SLACK = 5e-3;

/**
 * A plan with less error whose objective is worse by at most {@link SLACK}. The best plan takes fewer bits even where
 * they save a nanosecond; this one minimises objective plus price times error. Undefined where it has the same error,
 * or where the objective is throughput or error.
 */
function moreAccurate(problem: PlanningProblem, best: Plan, options: FrontOptions): Plan | undefined {
  const { objective } = problem;
  if (objective === 'throughput' || objective === 'error' || best.error === 0) return undefined;
  const price = (SLACK * objectiveOf(problem, best)) / best.error;
  const { best: plan } = search(problem, {
    ...ROUGH,
    ...options,
    objective: sumOf([objectiveMeasure(problem), 1], [ERROR, price]),
  });
  return plan && plan.error < best.error && !limitBroken(problem, plan) ? plan : undefined;
}

/** The best plan up to an error limit. The limit must not rise from call to call. */
type Descent = (error: number) => Plan | undefined;

function walkDown(problem: PlanningProblem, options: FrontOptions): Descent {
  const rough = { ...ROUGH, ...options };
  const fits = (plan: Plan | undefined) => (plan && !limitBroken(problem, plan) ? plan : undefined);
  // Throughput is the longest of three sums, which no searcher minimises directly.
  if (problem.objective === 'throughput')
    return (error) => solve({ ...problem, limits: { ...problem.limits, error } }, rough).best;
  const { searcher, levels } = startAt(problem, rough);
  return (error) => fits(searcher.run(levels(problem.limits.memoryBytes, error)).best);
}

/** A searcher for falling limits on error and memory, and the levels for a pair of them. */
function startAt(problem: PlanningProblem, options: SolveOptions) {
  const limits = limitsBeside({
    ...problem,
    limits: { ...problem.limits, error: problem.limits.error ?? mostOf(problem, ERROR) },
  });
  const searcher = createSearcher(problem, { ...options, limits });
  const levels = (memoryBytes: number | undefined, error: number) => ({
    memoryBytes,
    linear: limits.map(({ name, limit }) => (name === 'error' ? Math.min(limit, error) : limit)),
  });
  return { searcher, levels };
}

/** Plans at error limits that fall by equal factors from the first plan to the least error. */
function spread(
  problem: PlanningProblem,
  start: readonly Plan[],
  least: number,
  below: Descent,
  { plans: most = 16 }: FrontOptions,
): Plan[] {
  const [first] = start;
  const found = [...start];
  // Factors never reach an error of 0: stop seven decades down.
  const end = Math.max(least, 1e-7 * first.error);
  for (let step = 1; step < most && end < first.error; step++) {
    const last = found[found.length - 1];
    const limit = step === most - 1 ? least : first.error * (end / first.error) ** (step / (most - 1));
    if (limit >= last.error) continue;
    const plan = below(limit);
    if (!plan) break;
    if (plan.error < last.error) found.push(plan);
  }
  const value = (plan: Plan) => objectiveOf(problem, plan);
  return found.filter((plan, i) => !found.slice(i + 1).some((later) => value(later) <= value(plan)));
}

export interface FrontierOptions extends FrontOptions {
  /** Number of memory limits. @default 6 */
  memories?: number;
}

/** The smallest memory limit as a share of the largest memory on the front. */
const MIN_MEMORY = 1 / 32;

/**
 * The Pareto front of objective, memory, error and energy: a front along the error for each memory limit. Memory limits
 * fall by equal factors from that of the best plan. One search serves all: it goes down the memory limits, and a fork
 * of it down the errors at each. The best plan first, then by objective.
 *
 * @param along the front of the problem itself
 */
export function frontier(problem: PlanningProblem, along = front(problem), options: FrontierOptions = {}): Plan[] {
  const { memories = 6, ...rest } = options;
  const rough = { ...ROUGH, ...rest };
  const [best] = along;
  if (!best || problem.objective === 'throughput') return along;
  const found = [...along];
  const top = Math.max(...along.map(({ memory }) => memory.total));
  const limit = problem.limits.memoryBytes ?? top;
  const { searcher, levels } = startAt({ ...problem, limits: { ...problem.limits, memoryBytes: limit } }, rough);
  const run = (from: Searcher, memory: number, error: number) => {
    const plan = from.run(levels(memory, error)).best;
    return plan && !limitBroken(problem, plan) ? plan : undefined;
  };
  for (let level = 1; level < memories && top > 0; level++) {
    const memory = Math.min(limit, top) * MIN_MEMORY ** (level / (memories - 1));
    const first = run(searcher, memory, Number.POSITIVE_INFINITY);
    if (!first) break;
    const branch = searcher.fork();
    const end = leastError({ ...problem, limits: { ...problem.limits, memoryBytes: memory } }, rough) ?? first.error;
    found.push(...spread(problem, [first], end, (error) => run(branch, memory, error), rough));
    if (first.memory.total === 0) break;
  }
  return undominated(problem, found, best);
}

function undominated(problem: PlanningProblem, plans: Plan[], best: Plan): Plan[] {
  const rows = plans.map((plan) => ({
    plan,
    uses: [objectiveOf(problem, plan), plan.memory.total, plan.error, plan.energy.total],
  }));
  const beats = (a: number[], b: number[]) => a.every((use, k) => use <= b[k]);
  const kept = rows.filter(
    ({ uses }, i) =>
      !rows.some((other, j) => j !== i && beats(other.uses, uses) && (j < i || !beats(uses, other.uses))),
  );
  const others = kept
    .filter(({ plan }) => plan !== best)
    .sort((a, b) => a.uses[0] - b.uses[0] || a.uses[2] - b.uses[2] || a.uses[1] - b.uses[1]);
  return [best, ...others.map(({ plan }) => plan)];
}
