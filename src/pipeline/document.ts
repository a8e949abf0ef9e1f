import { type PlanDocument, planDocument } from '../documents/plan.js';
import { objectiveOf } from '../planner/core/measure.js';
import type { Plan, PlanningProblem } from '../planner/core/problem.js';
import { accuracyLimit, type Selection } from '../select/index.js';
import { noiseWarnings } from '../select/warnings.js';
import { percent } from '../util/format.js';
import type { Alternatives } from './alternatives.js';
import type { Planned } from './artefacts.js';

/**
 * The plan as a document: the selected one, or where nothing was measured the predicted one. Nothing is solved here: the
 * plans beside it are given.
 */
export function documentOf(
  planned: Planned,
  alternatives: Alternatives,
  selection?: Pick<Selection, 'plan'> & Partial<Selection>,
): PlanDocument {
  const { loaded, problem } = planned;
  const plan = selection?.plan ?? planned.predicted;
  return planDocument({
    ...planned,
    ...alternatives,
    model: loaded.source,
    layers: loaded.layers,
    plan,
    frontier: withPlan(problem, planned.frontier, plan),
    selection,
    warnings: warningsOf(planned, selection),
  });
}

/** The front with `plan` added if it is not on it, in the order of the objective. */
function withPlan(problem: PlanningProblem, plans: readonly Plan[], plan: Plan): Plan[] {
  const name = ({ assignment }: Plan) => JSON.stringify(assignment);
  if (plans.some((each) => name(each) === name(plan))) return [...plans];
  return [...plans, plan].sort((a, b) => objectiveOf(problem, a) - objectiveOf(problem, b));
}

/** Warnings that belong to the plan. */
function warningsOf(
  { scorer, config, loaded, predicted, errorBudget }: Planned,
  selection: Partial<Selection> | undefined,
): string[] {
  const { limit } = accuracyLimit(config, scorer);
  return [
    ...loaded.warnings,
    ...(scorer.notes ?? []),
    ...(selection?.evaluation ? noiseWarnings(selection.evaluation, limit) : []),
    ...(selection?.warning === undefined ? [] : [selection.warning]),
    ...(!selection && predicted.error > errorBudget
      ? [`no plan is predicted to hold a drop of ${percent(limit)}: this is the most accurate one`]
      : []),
  ];
}
