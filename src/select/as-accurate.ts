import { objectiveOf } from '../planner/core/measure.js';
import type { PlanningProblem } from '../planner/core/problem.js';
import { solve } from '../planner/search/solve.js';
import type { Selection } from './index.js';

/**
 * The problem with a limit on the predicted error under which plans are expected to hold the accuracy that was
 * measured: for questions about other plans, which are answered without running them. Kinds of loss that were measured
 * and never held are out.
 * @param tolerance share of the objective that the selected plan may be worse by for being more accurate
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
  // A plan that is better by more than the tolerance was measured and did not hold: then no more error than the
  // selected plan has is allowed.
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
