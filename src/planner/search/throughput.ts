import { certificate } from '../core/certificate.js';
import { linearLimits } from '../core/limits.js';
import { cloudTime, edgeTime, type LinearLimit, latency, secondsBetween, transferTime } from '../core/measure.js';
import type { Plan, PlanningProblem, Solution } from '../core/problem.js';
import { explainInfeasible, limitBroken } from './infeasible.js';
import { type SolveOptions, search } from './search.js';

/** From here on the bound is raised no more: what is left is whether any plan is better at all. */
const CLOSE = 1e-3;
/** Better by less than this share is not looked for. */
const CLOSED = 1e-9;
const MAX_ROUNDS = 80;

/**
 * The plan with the fewest seconds between two inferences. The longest of three sums is no sum; that none of them is
 * longer than a number is three limits. That number is halved in on from the fastest plan, of which a third bounds it
 * from below, until no plan is within it.
 */
export function solveThroughput(problem: PlanningProblem, options: SolveOptions): Solution {
  const limits = linearLimits(problem);
  const parts = { edge: edgeTime, link: transferTime(problem), cloud: cloudTime };
  const within = (seconds: number) => {
    const longest = Object.values(parts).map((measure): LinearLimit => ({ name: 'latency', measure, limit: seconds }));
    return search(problem, { ...options, objective: latency(problem), limits: [...limits, ...longest] });
  };
  const first = search(problem, { ...options, objective: latency(problem), limits });
  let best: Plan | undefined = first.best;
  if (!best)
    return {
      best,
      infeasible: explainInfeasible(problem, first.hasCut, first.lowerBound, options),
      optimality: { lowerBound: first.lowerBound, gap: 0 },
    };
  let lower = first.lowerBound / 3;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const upper = secondsBetween(best);
    if (upper <= lower * (1 + CLOSED)) break;
    const isClose = upper <= lower * (1 + CLOSE);
    const wanted = isClose ? upper * (1 - CLOSED) : Math.sqrt(upper * Math.max(lower, 1e-3 * upper));
    const { best: found, lowerBound } = within(wanted);
    if (found) best = found;
    else if (lowerBound < Number.POSITIVE_INFINITY) break;
    else if (isClose) lower = upper;
    else lower = wanted;
  }
  best = within(secondsBetween(best)).best ?? best;
  const broken = limitBroken(problem, best);
  if (broken) return { best: undefined, infeasible: broken, optimality: { lowerBound: lower, gap: 0 } };
  return { best, optimality: certificate(secondsBetween(best), lower) };
}
