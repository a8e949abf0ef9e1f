import { type Candidate, candidateCuts } from '../planner/analysis/candidates.js';
import { baselinePlans } from '../planner/baselines/index.js';
import type { Plan, PlanningProblem } from '../planner/core/problem.js';
import { measuredAlternatives } from '../select/alternatives.js';
import { problemAsAccurate } from '../select/as-accurate.js';
import type { Measured, Selection } from '../select/index.js';
import type { Planned } from './artefacts.js';

/** What a document shows beside the plan. */
export interface Alternatives {
  /** What other methods choose, by name in the order in which they are shown. */
  baselines: Record<string, Plan | undefined>;
  /** The best plan of each cut along the model. */
  candidates: readonly Candidate[];
}

type Known = Pick<Selection, 'plan'> & Partial<Selection>;

/** The problem limited to plans that are expected to be as accurate as the plan: the selected one, else the predicted. */
export function asAccurateAs(
  { config, problem, predicted, errorBudget: planned }: Planned,
  selection?: Known,
): PlanningProblem {
  const { plan = predicted, measured = [], errorBudget = planned } = selection ?? {};
  return problemAsAccurate(problem, { plan, measured, errorBudget }, config.tolerance);
}

/**
 * Solves for the plans of other methods and other cuts that are expected to be as accurate as the plan.
 * @param asAccurate what {@link asAccurateAs} gives; finding it solves the problem once more
 */
export function alternativesTo(
  planned: Planned,
  selection?: Known,
  asAccurate = asAccurateAs(planned, selection),
): Alternatives {
  const { plan = planned.predicted, measured = [] } = selection ?? {};
  return {
    baselines: otherMethods(planned.problem, asAccurate, measured),
    candidates: candidateCuts(asAccurate, plan),
  };
}

/** Plans of other methods: of the baselines, and those that were measured. */
export const otherMethods = (
  problem: PlanningProblem,
  asAccurate: PlanningProblem,
  measured: readonly Measured[],
): Alternatives['baselines'] => ({ ...baselinePlans(asAccurate), ...measuredAlternatives(problem, measured) });
