import { checkProblem } from './check.js';
import { leastError } from './infeasible.js';
import type { Plan, PlanningProblem } from './problem.js';
import { type SolveOptions, search } from './search.js';

export interface FrontOptions extends SolveOptions {
  /** Most plans returned. @default 16 */
  plans?: number;
}

/** All plans but the first are for others to choose from: within this share of the best is close enough. */
const ROUGH = 1e-3;

/**
 * Plans of which none is both faster and of less error than another, within the memory and latency limits and below the error limit:
 * the fastest first, ending with the most accurate one. Their errors are spread by equal factors, so that whoever measures accuracy
 * can walk along them.
 */
export function front(problem: PlanningProblem, { plans: most = 16, ...options }: FrontOptions = {}): Plan[] {
  checkProblem(problem);
  const { limits } = problem;
  const fits = (plan: Plan) => limits.latencySeconds === undefined || plan.latency.total <= limits.latencySeconds * (1 + 1e-12);
  const within = (error: number | undefined, gap: number | undefined) => {
    const plan = search({ ...problem, limits: { ...limits, error } }, { ...options, gap }).best;
    return plan && fits(plan) ? plan : undefined;
  };
  const fastest = within(limits.error, options.gap);
  if (!fastest) return [];
  const found = [fastest];
  const least = leastError(problem, options) ?? fastest.error;
  // An error of nothing at all is no end for a scale of factors: seven decades are enough there.
  const end = Math.max(least, 1e-7 * fastest.error);
  for (let step = 1; step < most && end < fastest.error; step++) {
    const last = found[found.length - 1];
    const isLast = step === most - 1;
    const limit = isLast ? least : fastest.error * (end / fastest.error) ** (step / (most - 1));
    if (limit >= last.error) continue;
    const plan = within(limit, options.gap ?? ROUGH);
    if (!plan) break;
    if (plan.error < last.error) found.push(plan);
  }
  return found.filter((plan, i) => !found.slice(i + 1).some((later) => later.latency.total <= plan.latency.total));
}
