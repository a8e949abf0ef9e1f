import { expect, test } from 'vitest';
import { familiesOf } from '../../src/planner/analysis/families.js';
import { objectiveOf } from '../../src/planner/core/measure.js';
import type { Plan, PlanningProblem } from '../../src/planner/core/problem.js';
import { solve } from '../../src/planner/search/solve.js';
import { measuredAlternatives } from '../../src/select/alternatives.js';
import { problemAsAccurate } from '../../src/select/as-accurate.js';
import { chain, evaluationAt } from './problem.js';

/** A link so fast that everything in the cloud is the best but for its accuracy. */
const problem: PlanningProblem = {
  ...chain(3),
  link: { fixedSeconds: 0.002, secondsPerByteUp: 1e-6, secondsPerByteDown: 1e-7 },
};

const safest = (decision: 'cloud-only' | 'edge-only', loss?: string): Plan => {
  const family = [...familiesOf({ ...problem, pinned: { decision } })].find(
    ({ key }) => loss === undefined || key.includes(loss),
  );
  const plan = family?.mostAccurate();
  if (!plan) throw new Error('no such plan');
  return plan;
};

test('a lossy picture that was measured and failed is in no plan beside the selected one', () => {
  const picture = safest('cloud-only', 'jpeg');
  const plan = safest('edge-only');
  const measured = [
    { plan, evaluation: evaluationAt(0, 0.01) },
    { plan: picture, evaluation: evaluationAt(0.3, 0.01) },
  ];
  const best = solve(problemAsAccurate(problem, { plan, errorBudget: 0.1, measured })).best;
  expect(best?.crossing.map((t) => problem.tensors[t].wire[best.assignment.wire[t]].loss)).not.toContain('jpeg:90');
});

test('no plan beside the selected one is better than it', () => {
  const plan = safest('edge-only');
  const limited = problemAsAccurate(problem, {
    plan,
    errorBudget: 0.5,
    measured: [{ plan, evaluation: evaluationAt(0, 0.01) }],
  });
  const best = solve(limited).best;
  if (best)
    expect(objectiveOf(problem, best)).toBeGreaterThanOrEqual(
      objectiveOf(problem, solve({ ...problem, limits: { error: plan.error } }).best ?? plan) * (1 - 1e-9),
    );
  expect(limited.limits.error).toBe(plan.error);
});

test('of the measured plans of a side the best that holds stands for it, else the one that loses least', () => {
  const [raw, picture, edge] = [safest('cloud-only', '""'), safest('cloud-only', 'jpeg'), safest('edge-only')];
  const at = (plan: Plan, drop: number) => ({ plan, evaluation: evaluationAt(drop, 0.01) });
  expect(measuredAlternatives(problem, [at(raw, 0), at(picture, 0.3), at(edge, 0.2)])).toEqual({
    'cloud-only': raw,
    'edge-only': edge,
  });
  expect(measuredAlternatives(problem, [at(raw, 0), at(picture, 0.001)])['cloud-only']).toBe(picture);
  expect(measuredAlternatives(problem, [at(picture, 0.3), at(raw, 0.2)])['cloud-only']).toBe(raw);
});
