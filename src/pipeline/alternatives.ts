import { type Candidate, candidateCuts } from '../planner/analysis/candidates.js';
import { baselinePlans } from '../planner/baselines/index.js';
import type { Plan } from '../planner/core/problem.js';
import { measuredAlternatives } from '../select/alternatives.js';
import { problemAsAccurate } from '../select/as-accurate.js';
import type { Selection } from '../select/index.js';
import type { Planned } from './artefacts.js';

/** What a document shows beside the plan. */
export interface Alternatives {
  /** What other methods choose, by name in the order in which they are shown. */
  baselines: Record<string, Plan | undefined>;
  /** The best plan of each cut along the model. */
  candidates: readonly Candidate[];
}

/** Solves for the plans of other methods and other cuts that are expected to be as accurate as the plan. */
export function alternativesTo(
  { config, problem, predicted, errorBudget: planned }: Planned,
  selection?: Pick<Selection, 'plan'> & Partial<Selection>,
): Alternatives {
  const { plan = predicted, measured = [], errorBudget = planned } = selection ?? {};
  const asAccurate = problemAsAccurate(problem, { plan, measured, errorBudget }, config.tolerance);
  return {
    baselines: { ...baselinePlans(asAccurate), ...measuredAlternatives(problem, measured) },
    candidates: candidateCuts(asAccurate, plan),
  };
}
