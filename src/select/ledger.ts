import type { Evaluation } from '../evaluate/evaluation.js';
import { type Family, familyKey } from '../planner/analysis/families.js';
import { objectiveOf } from '../planner/core/measure.js';
import type { Plan, PlanningProblem } from '../planner/core/problem.js';
import { type Calibration, createCalibration, type DropModel } from './calibration.js';

/** A plan with its measured accuracy. */
export interface Measured {
  plan: Plan;
  evaluation: Evaluation;
}

/** A measured plan as the selection sees it. */
export interface Entry extends Measured {
  family: string;
  /** Value of the objective. */
  value: number;
  /** Objective of the plan that this one replaced: a slightly better but less accurate plan within the tolerance. */
  anchor: number;
  isAccepted: boolean;
}

export interface LedgerOptions {
  problem: PlanningProblem;
  limit: number;
  /** Share of the objective within which plans are equal. */
  tolerance: number;
  model: DropModel;
  measure(plan: Plan): Promise<Evaluation>;
}

/** All measurements so far, the best plan among them, and what they imply for other plans. */
export interface Ledger {
  calibration: Calibration;
  entries(): readonly Entry[];
  measure(plan: Plan, anchor?: number): Promise<Entry>;
  best(): Entry | undefined;
  /**
   * A plan needs a lower objective than this to beat the best by more than the tolerance; undefined while no plan meets
   * the limit.
   */
  ceiling(): number | undefined;
  /** Least predicted error of a measured plan of the family that failed; infinite if none failed. */
  failing(family: Pick<Family, 'key'>): number;
}

export function createLedger({ problem, limit, tolerance, model, measure }: LedgerOptions): Ledger {
  const entries = new Map<string, Entry>();
  const calibration = createCalibration(model);
  let best: Entry | undefined;
  return {
    calibration,
    entries: () => [...entries.values()],
    async measure(plan, anchor) {
      const name = JSON.stringify(plan.assignment);
      const known = entries.get(name);
      if (known) return known;
      const evaluation = await measure(plan);
      const { drop, interval, accepted = drop <= limit } = evaluation;
      const family = familyKey(problem, plan);
      const value = objectiveOf(problem, plan);
      const entry = { plan, evaluation, family, value, anchor: Math.min(anchor ?? value, value), isAccepted: accepted };
      entries.set(name, entry);
      const uncertainty = (interval[1] - interval[0]) / 4;
      // A drop within its noise says nothing about the model; the movement of the outputs may.
      const observed = drop > uncertainty ? drop : evaluation.expectedDrop;
      if (observed !== undefined) calibration.observe(family, plan.error, observed);
      if (accepted && (!best || value < best.value)) best = entry;
      return entry;
    },
    best: () => best,
    ceiling: () => (best ? best.value * (1 - tolerance) : undefined),
    failing: ({ key }) =>
      [...entries.values()]
        .filter(({ family, isAccepted }) => family === key && !isAccepted)
        .reduce((least, { plan }) => Math.min(least, plan.error), Number.POSITIVE_INFINITY),
  };
}
