import { type CompareDocument, compareDocument } from '../documents/compare.js';
import { sweepDocument } from '../documents/sweep.js';
import type { Evaluation } from '../evaluate/evaluation.js';
import { otherMethods } from '../pipeline/alternatives.js';
import type { PlanEvaluator } from '../pipeline/plan-evaluator.js';
import { trivialPlans } from '../planner/baselines/index.js';
import type { Plan } from '../planner/core/problem.js';
import { counter } from '../progress/index.js';
import { accuracyLimit, type Measured } from '../select/index.js';
import type { AnswerContext, Refused, Solved } from './index.js';
import { changesAlong, type SolvedPoint, type SweepRange, solveAlong } from './sweep.js';

/**
 * Compares the plan with other methods by the same accounting, and solves along a range if given. With `measured`, the
 * plans of all methods are run.
 * @throws AutosplitError INFEASIBLE where there is neither a plan nor a range to look along
 */
export async function comparison(
  answer: Solved | Refused,
  { measured, range }: { measured: boolean; range?: SweepRange | undefined },
  context: AnswerContext,
): Promise<CompareDocument> {
  if (!answer.plan && !range) throw answer.refusal;
  const { problem } = answer;
  const asAccurate = answer.plan ? answer.asAccurate : problem;
  const known = (answer.plan && answer.known?.measured) ?? [];
  const baselines = otherMethods(problem, asAccurate, known);
  const run = measured && answer.plan ? await measuredPlans(Object.values(baselines), answer, context) : [];
  const sources = { ...answer, baselines, measured: [...known, ...run] };
  if (!range) return compareDocument(sources);
  const solvable = { ...answer, problem: asAccurate };
  const points = await context.run(`Solve along ${range.parameter}`, () => solveAlong(solvable, range));
  const evaluations = range.parameter === 'error' ? await measuredPoints(points, context) : undefined;
  const found = points.map((point) => ({
    ...point,
    trivial: trivialPlans(point.problem),
    evaluation: evaluations?.get(point),
  }));
  const changes = changesAlong(solvable, range, points);
  const sweep = sweepDocument({ ...solvable, parameter: range.parameter, points: found, changes });
  return compareDocument({ ...sources, sweep });
}

/** Measures what the plans of other methods lose. */
async function measuredPlans(
  plans: readonly (Plan | undefined)[],
  { config, scorer }: Solved,
  { planEvaluator, run }: AnswerContext,
): Promise<Measured[]> {
  if (!planEvaluator) return [];
  const { limit } = accuracyLimit(config, scorer);
  const found = plans.flatMap((plan) => plan ?? []);
  return run('Measure the plans of other methods', async (progress) => {
    const evaluations = await measureEach(found, planEvaluator, limit, counter(progress));
    return found.map((plan, i) => ({ plan, evaluation: evaluations[i] }));
  });
}

/** Measures what each plan of a sweep loses. */
async function measuredPoints(
  points: readonly SolvedPoint[],
  { planEvaluator, run }: AnswerContext,
): Promise<Map<SolvedPoint, Evaluation> | undefined> {
  if (!planEvaluator) return undefined;
  const found = points.flatMap((point) => (point.plan ? [{ point, plan: point.plan }] : []));
  return run('Measure the plans of the sweep', async (progress) => {
    const plans = found.map(({ plan }) => plan);
    const evaluations = await measureEach(plans, planEvaluator, null, counter(progress));
    return new Map(found.map(({ point }, i) => [point, evaluations[i]]));
  });
}

/** Measures plans one after the other; equal plans once. */
async function measureEach(
  plans: readonly Plan[],
  planEvaluator: PlanEvaluator,
  limit: number | null,
  count: (done: number, of: number) => void,
): Promise<Evaluation[]> {
  const known = new Map<string, Evaluation>();
  const evaluations: Evaluation[] = [];
  for (const [done, plan] of plans.entries()) {
    const key = JSON.stringify(plan.assignment);
    const evaluation = known.get(key) ?? (await planEvaluator.measure(plan, limit, () => {}));
    known.set(key, evaluation);
    evaluations.push(evaluation);
    count(done + 1, plans.length);
  }
  return evaluations;
}
