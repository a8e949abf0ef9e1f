/**
 * Questions that solve the problem again: the plan or why there is none, other methods, a sweep, what would change the
 * answer.
 */

import type { ResolvedConfig } from '../config/resolved.js';
import type { Planned, Prepared } from '../pipeline/artefacts.js';
import { choose, knownSelection } from '../pipeline/choose.js';
import { prepare } from '../pipeline/index.js';
import type { RunOptions } from '../pipeline/options.js';
import { knownEvaluation, openPlanEvaluator, type PlanEvaluator } from '../pipeline/plan-evaluator.js';
import { solve } from '../pipeline/solve.js';
import type { Plan, PlanningProblem } from '../planner/core/problem.js';
import { problemAsAccurate } from '../select/as-accurate.js';
import type { Selection } from '../select/index.js';
import { AutosplitError } from '../util/error.js';

/** The plan of a config and the problem that it answers. */
export interface Solved extends Planned {
  plan: Plan;
  /** The selection by measured accuracy, made now or by a build before; absent where the plan is the predicted one. */
  selection?: Selection;
  /** What was measured of the plan: by the selection, or of the same predicted plan before. */
  known?: Known;
  /** With a limit on the predicted error under which other plans are expected to be as accurate. */
  asAccurate: PlanningProblem;
}

/** A measured plan, with the certificate of its selection where it was selected. */
export type Known = Pick<Selection, 'plan' | 'evaluation' | 'measured'> & Partial<Selection>;

/** A config without a plan, and why. */
export interface Refused extends Prepared {
  plan: undefined;
  refusal: AutosplitError;
}

/** What was opened on the way: it ends with the work that it was opened for. */
export interface AnswerContext extends RunOptions {
  /** Measures plans for real; with `measured` alone. */
  planEvaluator?: PlanEvaluator;
}

/**
 * Works on the plan that `build` takes: the one that was selected by measured accuracy, where `measured` asks for that
 * or a build has done it before; else the predicted one.
 */
export async function withAnswer<T>(
  config: ResolvedConfig,
  options: RunOptions & { measured: boolean },
  work: (answer: Solved | Refused, context: AnswerContext) => Promise<T> | T,
): Promise<T> {
  const prepared = await prepare(config, options);
  const planEvaluator = options.measured ? await openPlanEvaluator(prepared, options) : undefined;
  try {
    return await work(await answerOf(prepared, options, planEvaluator), {
      ...options,
      ...(planEvaluator && { planEvaluator }),
    });
  } finally {
    await planEvaluator?.close();
  }
}

async function answerOf(
  prepared: Prepared,
  options: RunOptions,
  planEvaluator: PlanEvaluator | undefined,
): Promise<Solved | Refused> {
  try {
    const planned = await solve(prepared, options);
    const selection = planEvaluator
      ? await choose(planned, planEvaluator, options)
      : await knownSelection(planned, options);
    const known = selection ?? (await measuredBefore(planned, options));
    const { plan = planned.predicted, measured = [], errorBudget = planned.errorBudget } = known ?? {};
    const asAccurate = problemAsAccurate(planned.problem, { plan, measured, errorBudget }, prepared.config.tolerance);
    return { ...planned, plan, asAccurate, ...(selection && { selection }), ...(known && { known }) };
  } catch (error) {
    if (error instanceof AutosplitError && error.code === 'INFEASIBLE')
      return { ...prepared, plan: undefined, refusal: error };
    throw error;
  }
}

/** The predicted plan with its accuracy, where that was measured for another link, device or limit on memory. */
async function measuredBefore(planned: Planned, options: RunOptions): Promise<Known | undefined> {
  const { predicted: plan } = planned;
  const evaluation = await knownEvaluation(planned, plan, options);
  return evaluation && { plan, evaluation, measured: [{ plan, evaluation }] };
}
