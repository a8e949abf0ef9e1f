import type { Family } from '../planner/analysis/families.js';
import { objectiveOf } from '../planner/core/measure.js';
import type { Plan, PlanningProblem } from '../planner/core/problem.js';
import type { Ledger } from './ledger.js';

export interface FamilySearchOptions {
  problem: PlanningProblem;
  limit: number;
  tolerance: number;
  ledger: Ledger;
  /** Takes one measurement from the budget; false where none is left. */
  spend(): boolean;
}

/** Measurements in one family; what is left between the last two is then less than a step of any use. */
const MAX_ROUNDS = 10;
/** Share of the bracket, in the logarithm of the error, that the secant keeps away from its ends. */
const INSET = 0.15;
/** Where nothing has failed yet, the next error is at least so many times that of the safest plan. */
const BOLD = 4;
const ROUNDING = 1e-9;

/**
 * Finds the fastest plan of a family that holds, if it has one that beats the best so far. Predicted error ranks the
 * plans of a family: if one fails, so do all with more error. The largest error that holds is bracketed and searched
 * for by the calibrated drop.
 * @returns false where the budget ended before the family was settled
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

/** The plan to measure next; undefined where no plan of the family can be better than the best. */
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
  // As fast but for the tolerance, and as accurate as that allows.
  const within = Math.min(value(fast) * (1 + tolerance), ceiling ?? Number.POSITIVE_INFINITY);
  return { plan: family.mostAccurate(within) ?? fast, anchor: value(fast) };
}

/** The error to try between one that no faster plan is below and one that fails. */
function wantedError(safest: number, failing: number, calibrated: number): number {
  if (failing === Number.POSITIVE_INFINITY) return Math.max(calibrated, BOLD * safest);
  const low = Math.log(Math.max(safest, 1e-4 * failing));
  const width = Math.log(failing) - low;
  const inside = Math.min(low + (1 - INSET) * width, Math.max(low + INSET * width, Math.log(calibrated)));
  return Math.exp(inside);
}
