import type { ResolvedConfig } from '../config/resolved.js';
import { linkAt } from '../cost/percentile.js';
import { type ExplainDocument, type ExplainSources, explainDocument } from '../documents/explain.js';
import { keptBits } from '../planner/analysis/kept-bits.js';
import { nextCut } from '../planner/analysis/next-cut.js';
import { priceOfLimit } from '../planner/analysis/parametric.js';
import { LIMITS } from '../planner/core/limits.js';
import { objectiveOf } from '../planner/core/measure.js';
import type { Plan, PlanningProblem } from '../planner/core/problem.js';
import type { Selection } from '../select/index.js';
import { type Solvable, uplinkChanges } from './sweep.js';

/** How far from the uplink of the config the cut is looked at, either way. */
const UPLINK_FACTOR = 1000;

/** A plan, and the problem under whose limits others are expected to be as accurate. */
export interface Explained {
  plan: Plan;
  asAccurate: PlanningProblem;
  /** Absent where the plan is the predicted one. */
  selection?: Selection;
  /** What was measured of the plan. */
  known?: object;
  warnings?: readonly string[];
}

/** What holds the plan where it is, found by solving changed problems. */
export function explanation(answer: Solvable & Explained): ExplainDocument {
  const { config, plan, selection, known, asAccurate: problem } = answer;
  const planned = { ...answer, problem };
  const { uplink } = linkAt(config.link);
  const searched: [number, number] = [uplink / UPLINK_FACTOR, uplink * UPLINK_FACTOR];
  return explainDocument({
    ...planned,
    measured: selection !== undefined,
    accuracySource: known ? 'measured' : 'predicted',
    prices: limitPrices(config, problem, plan),
    // A plan of less objective was measured and broke the limit on accuracy.
    next: nextCut(problem, plan, { atLeast: objectiveOf(problem, plan) }),
    uplink: { configured: uplink, searched, changes: uplinkChanges(planned, ...searched) },
    kept: keptBits(problem, plan),
  });
}

/** What a step of each limit is worth. */
function limitPrices(config: ResolvedConfig, problem: PlanningProblem, plan: Plan): ExplainSources['prices'] {
  const prices: ExplainSources['prices'] = {};
  for (const { name } of LIMITS) {
    // Without a limit of the user, the error limit stands for the accuracy, which has a limit of its own.
    if (name === 'error' && config.constraints.error === undefined) continue;
    const price = priceOfLimit(problem, name, plan);
    if (price) prices[name] = price;
  }
  return prices;
}
