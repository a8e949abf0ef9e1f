import type { LinearLimit, Measure } from '../core/measure.js';
import type { Plan, PlanningProblem } from '../core/problem.js';
import type { Variant } from '../relaxation/node-bound.js';

export interface SolveOptions {
  /**
   * Stop once the plan is proven to be within this share of the best. @default 0, and 1e-4 once a good part of the work
   * is done
   */
  gap?: number;
  /** Most elementary steps to take, roughly 1e8 a second; the gap that is left then is reported. @default 5e8 */
  work?: number;
}

export interface SearchResult {
  best: Plan | undefined;
  /** In the unit of the objective: no plan within the limits has less. Infinite where there is none. */
  lowerBound: number;
  /** False where no cut is allowed at all, whatever the limits. */
  hasCut: boolean;
}

/** What limits are moved to: bytes of memory, and one number for each limit that the searcher was made with. */
export interface Levels {
  memoryBytes: number | undefined;
  linear: readonly number[];
}

/**
 * A node of the tree: the cuts that a placement allows, or one cut whose bits were settled as well as they could be.
 */
export interface Node {
  /** Index of the variant. */
  variant: number;
  placement: Int8Array;
  edge?: Uint8Array;
  /** No plan of the node costs less. */
  bound: number;
}

/** What a search works on; no run changes it, but for the limits in the models of the variants. */
export interface Setting {
  problem: PlanningProblem;
  objective: Measure;
  /** The objective with what decides between plans of the same objective. */
  withTies: Measure;
  limits: readonly LinearLimit[];
  options: SolveOptions;
  /** A cost of the size that matters. */
  unit: number;
  variants: Variant[];
}

/** What a searcher has learnt from run to run. */
export interface State {
  /** Nodes that no run has looked into any further: together they hold every plan that was not met. */
  nodes: Node[];
  /** Per variant, what is proven of single cuts and in which run, so that none is solved twice. */
  proven: Map<string, { bound: number; run: number }>[];
  /** Plans met, of which none beats another in the objective, memory and everything limited. */
  plans: Plan[];
  run: number;
}

/** Shares of the typical cost by which weights and error may change it, to decide ties. */
export const TIE_WEIGHTS = 1e-10;
export const TIE_ERROR = 1e-11;
