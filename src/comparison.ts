import type { AnswerContext, Refused, Solved } from './answer.js';
import { type CompareDocument, compareDocument } from './compare-document.js';
import type { Evaluation } from './evaluate/evaluation.js';
import { baselinePlans } from './planner/baselines.js';
import { counter } from './stage.js';
import { type SolvedPoint, type SweepRange, solveAlong, sweep } from './sweep.js';

/**
 * Every method on the accounting of a config, and on request its plans along a range.
 * @throws AutosplitError INFEASIBLE where there is neither a plan nor a range to look along
 */
export async function comparison(
  answer: Solved | Refused,
  { measured, range }: { measured: boolean; range?: SweepRange | undefined },
  context: AnswerContext,
): Promise<CompareDocument> {
  if (!answer.plan && !range) throw answer.refusal;
  const baselines = baselinePlans(answer.problem);
  if (!range) return compareDocument({ ...answer, measured, baselines });
  const points = await context.run(`Solve along ${range.parameter}`, () => solveAlong(answer, range));
  const evaluations = range.parameter === 'error' ? await measuredPoints(points, context) : undefined;
  return compareDocument({ ...answer, measured, baselines, sweep: sweep(answer, range, points, evaluations) });
}

/** What each plan of a sweep really loses; equal plans are measured once. */
async function measuredPoints(
  points: readonly SolvedPoint[],
  { gauge, run }: AnswerContext,
): Promise<Map<SolvedPoint, Evaluation> | undefined> {
  if (!gauge) return undefined;
  return run('Measure the plans of the sweep', async (progress) => {
    const count = counter(progress);
    const known = new Map<string, Evaluation>();
    const evaluations = new Map<SolvedPoint, Evaluation>();
    for (const [done, point] of points.entries()) {
      if (!point.plan) continue;
      const key = JSON.stringify(point.plan.assignment);
      const evaluation = known.get(key) ?? (await gauge.measure(point.plan, null, () => {}));
      known.set(key, evaluation);
      evaluations.set(point, evaluation);
      count(done + 1, points.length);
    }
    return evaluations;
  });
}
