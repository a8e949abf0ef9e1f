import { objectiveOf } from '../planner/core/measure.js';
import type { PlanningProblem } from '../planner/core/problem.js';
import { solve } from '../planner/search/solve.js';
import type { Selection } from './index.js';

/**
 * The problem with a limit on the predicted error, so that its plans should be as accurate as the selected one. Used
 * for questions about plans that are not run. Encodings that were measured and never met the limit are excluded.
 * @param tolerance share of the objective that may be given up for accuracy
 */
export function problemAsAccurate(
  problem: PlanningProblem,
  selection: Pick<Selection, 'plan' | 'errorBudget' | 'measured'>,
  tolerance = 0,
): PlanningProblem {
  const { plan, errorBudget } = selection;
  const known = withoutRefutedLosses(problem, selection);
  const within = (error: number) => ({
    ...known,
    limits: { ...known.limits, error: Math.min(error, known.limits.error ?? error) },
  });
  const budgeted = within(Math.max(plan.error, errorBudget));
  // A plan that beats the selected one by more than the tolerance was measured and failed: allow no more error than the
  // selected plan has.
  const best = solve(budgeted, { gap: 1e-4, work: 5e7 }).best;
  const isContradicted = best && objectiveOf(problem, best) * (1 + tolerance) < objectiveOf(problem, plan) * (1 - 1e-9);
  return isContradicted ? within(plan.error) : budgeted;
}

function withoutRefutedLosses(
  problem: PlanningProblem,
  { plan, measured }: Pick<Selection, 'plan' | 'measured'>,
): PlanningProblem {
  const lossesOf = ({ crossing, assignment }: Selection['plan']) =>
    crossing.flatMap((t) => {
      const { loss } = problem.tensors[t].wire[assignment.wire[t]];
      return loss === undefined ? [] : [`${t} ${loss}`];
    });
  const held = new Set(
    [plan, ...measured.flatMap((each) => (each.evaluation.accepted ? [each.plan] : []))].flatMap(lossesOf),
  );
  const refuted = new Set(measured.flatMap((each) => lossesOf(each.plan)).filter((loss) => !held.has(loss)));
  if (refuted.size === 0) return problem;
  const tensors = problem.tensors.map((tensor, t) => ({
    ...tensor,
    wire: tensor.wire.map((option) =>
      refuted.has(`${t} ${option.loss}`) ? { ...option, error: Number.MAX_VALUE / 1e6 } : option,
    ),
  }));
  return { ...problem, tensors };
}
