/**
 * Questions that need the planner again: the plan or the reason why there is none, other methods, sweeps, explanations.
 */

import type { ResolvedConfig } from '../config/resolved.js';
import { asAccurateAs } from '../pipeline/alternatives.js';
import type { Planned, Prepared } from '../pipeline/artefacts.js';
import { choose, knownSelection } from '../pipeline/choose.js';
import { prepare } from '../pipeline/index.js';
import type { RunOptions } from '../pipeline/options.js';
import { knownEvaluation, openPlanEvaluator, type PlanEvaluator } from '../pipeline/plan-evaluator.js';
import { solve } from '../pipeline/solve.js';
import type { Plan, PlanningProblem } from '../planner/core/problem.js';
import type { Selection } from '../select/index.js';
import { AutosplitError } from '../util/error.js';

/** A config with its plan. */
export interface Solved extends Planned {
  plan: Plan;
  /** The selection by measured accuracy, from now or from an earlier build; absent if the plan is the predicted one. */
  selection?: Selection;
  /** Measurements of the plan: by the selection, or of the predicted plan by an earlier run. */
  known?: Known;
  /** The problem with a limit on the predicted error; plans within it should be as accurate as `plan`. */
  asAccurate: PlanningProblem;
}

/** A measured plan; `certificate` only if it was selected. */
export type Known = Pick<Selection, 'plan' | 'evaluation' | 'measured'> & Partial<Selection>;

/** A config without a plan, with the reason. */
export interface Refused extends Prepared {
  plan: undefined;
  refusal: AutosplitError;
}

/** Resources that are open during the work only. */
export interface AnswerContext extends RunOptions {
  /** Measures plans; present with `measured` only. */
  planEvaluator?: PlanEvaluator;
}

/**
 * Runs `work` on the plan of a config: the plan selected by measured accuracy if `measured` is set or a build has
 * selected one before, else the predicted plan.
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
    const plan = known?.plan ?? planned.predicted;
    return {
      ...planned,
      plan,
      asAccurate: asAccurateAs(planned, known),
      ...(selection && { selection }),
      ...(known && { known }),
    };
  } catch (error) {
    if (error instanceof AutosplitError && error.code === 'INFEASIBLE')
      return { ...prepared, plan: undefined, refusal: error };
    throw error;
  }
}

/** The predicted plan with its accuracy, if that was measured for another link, device or memory limit. */
async function measuredBefore(planned: Planned, options: RunOptions): Promise<Known | undefined> {
  const { predicted: plan } = planned;
  const evaluation = await knownEvaluation(planned, plan, options);
  return evaluation && { plan, evaluation, measured: [{ plan, evaluation }] };
}
