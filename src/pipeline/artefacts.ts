import type { Bundle } from '../bundle/index.js';
import type { Profile } from '../calibrate/profile.js';
import type { ResolvedConfig } from '../config/resolved.js';
import type { PlanDocument } from '../documents/plan.js';
import type { Scorer } from '../evaluate/index.js';
import type { LoadedModel } from '../frontend/index.js';
import type { Plan, PlanningProblem } from '../planner/core/problem.js';
import type { SolverName } from '../planner/index.js';
import type { QuantizedSplit } from '../quantize/index.js';
import type { SampleSet } from '../samples/open.js';
import type { DropModel } from '../select/calibration.js';
import type { Selection } from '../select/index.js';
import type { Targets } from '../targets/target.js';

/** Results of all stages before the planner. */
export interface Prepared {
  config: ResolvedConfig;
  targets: Targets;
  loaded: LoadedModel;
  /** All calibration samples; `fitting` are those that ranges, sizes and weights are computed from. */
  samples: SampleSet;
  fitting: SampleSet;
  /** Measures accuracy. Opened before calibration, so that wrong labels are found early. */
  scorer: Scorer;
  profile: Profile;
  problem: PlanningProblem;
}

/** Results of all stages up to the planner. */
export interface Planned extends Prepared {
  /** The best plan that is predicted to meet the accuracy limit; the most accurate plan if there is none. */
  predicted: Plan;
  /** The largest predicted error that should meet the accuracy limit. */
  errorBudget: number;
  /** Model of the drop that a predicted error causes. */
  dropModel: DropModel;
  /** Pareto front of objective, memory, error and energy. */
  frontier: Plan[];
  /** Bound over all plans, regardless of accuracy. */
  optimality: { lowerBound: number; gap: number };
  solver: SolverName;
}

/** A bundle in memory before verification; the report is still missing. */
export interface Made {
  selection: Selection;
  split: QuantizedSplit;
  bundle: Bundle;
  document: PlanDocument;
}
