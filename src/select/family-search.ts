import type { Family } from '../planner/analysis/families.js';
import { objectiveOf } from '../planner/core/measure.js';
import type { Plan, PlanningProblem } from '../planner/core/problem.js';
import type { Ledger } from './ledger.js';

export interface FamilySearchOptions {
  problem: PlanningProblem;
  limit: number;
  tolerance: number;
  ledger: Ledger;
  /** Takes one measurement from the budget; false if none is left. */
  spend(): boolean;
}

/** Limit on measurements in one family; the bracket is then small enough. */
const MAX_ROUNDS = 10;
/** Margin that the secant keeps to both ends of the bracket, as a share of its logarithmic width. */
const INSET = 0.15;
/** Before any failure, the next error is at least this many times that of the most accurate plan. */
const BOLD = 4;
const ROUNDING = 1e-9;

/**
 * Finds the fastest plan of a family that meets the limit and beats the best plan so far. Predicted error ranks the
 * plans of a family: if one fails, all with more error fail. So it brackets the largest error that meets the limit,
 * guided by the calibrated drop.
 * @returns false if the budget ended before the family was settled
 */
export async function searchFamily(family: Family, options: FamilySearchOptions): Promise<boolean> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const next = nextCandidate(family, options);
    if (!next) return true;
    if (!options.spend()) return false;
    await options.ledger.measure(next.plan, next.anchor);
  }
  return nextCandidate(family, options) === undefined;
}

/** The plan to measure next; undefined if no plan of the family can beat the best. */
export function nextCandidate(
  family: Family,
  { problem, limit, tolerance, ledger }: Omit<FamilySearchOptions, 'spend'>,
): { plan: Plan; anchor: number } | undefined {
  const ceiling = ledger.ceiling();
  if (ceiling !== undefined && family.bound >= ceiling) return undefined;
  const safest = family.mostAccurate(ceiling);
  const failing = ledger.failing(family);
  if (!safest || safest.error >= failing * (1 - ROUNDING)) return undefined;
  const value = (plan: Plan) => objectiveOf(problem, plan);
  const wanted = wantedError(safest.error, failing, ledger.calibration.errorFor(family.key, limit));
  const fast = wanted > safest.error ? family.fastestWithin(wanted) : undefined;
  if (!fast || value(fast) >= value(safest)) return { plan: safest, anchor: value(safest) };
  // The most accurate plan within the tolerance of the fast one.
  const within = Math.min(value(fast) * (1 + tolerance), ceiling ?? Number.POSITIVE_INFINITY);
  return { plan: family.mostAccurate(within) ?? fast, anchor: value(fast) };
}

/** The error to try next, between that of the most accurate plan and the least that failed. */
function wantedError(safest: number, failing: number, calibrated: number): number {
  if (failing === Number.POSITIVE_INFINITY) return Math.max(calibrated, BOLD * safest);
  const low = Math.log(Math.max(safest, 1e-4 * failing));
  const width = Math.log(failing) - low;
  const inside = Math.min(low + (1 - INSET) * width, Math.max(low + INSET * width, Math.log(calibrated)));
  return Math.exp(inside);
}
