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

/** Everything known before the planner speaks. */
export interface Prepared {
  config: ResolvedConfig;
  targets: Targets;
  loaded: LoadedModel;
  /** All calibration samples, and those that ranges, sizes and weights are computed from. */
  samples: SampleSet;
  fitting: SampleSet;
  /** How accuracy is measured; opened early, so that a wrong label costs no profile. */
  scorer: Scorer;
  profile: Profile;
  problem: PlanningProblem;
}

/** Everything known once the planner has spoken. */
export interface Planned extends Prepared {
  /** The plan of least objective that is predicted to hold the accuracy limit; where none is, the most accurate one. */
  predicted: Plan;
  /** The largest predicted error that is expected to hold the limit. */
  errorBudget: number;
  /** The drop to expect of a predicted error. */
  dropModel: DropModel;
  /** The front of objective, memory, error and energy. */
  frontier: Plan[];
  /** Of all plans, whatever their accuracy. */
  optimality: { lowerBound: number; gap: number };
  solver: SolverName;
}

/** A bundle in memory, not yet proven: report and results are to come. */
export interface Made {
  selection: Selection;
  split: QuantizedSplit;
  bundle: Bundle;
  document: PlanDocument;
}
