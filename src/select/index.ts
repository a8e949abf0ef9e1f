import type { ResolvedConfig } from '../config/resolved.js';
import type { Evaluation } from '../evaluate/evaluation.js';
import type { Plan } from '../planner/problem.js';
import type { QuantizedSplit } from '../quantize/index.js';
import { AutosplitError } from '../util/error.js';

/** The plan that is built, with what was measured of it. */
export interface Chosen {
  plan: Plan;
  split: QuantizedSplit;
  evaluation: Evaluation;
  /** Said to the user where no plan held a limit that was only a default. */
  warning?: string;
}

export interface Selection {
  /** Fastest first; what follows is slower and more accurate. */
  front: readonly Plan[];
  /** Most that the score may drop; a fraction. */
  limit: number;
  /** True where the user asked for the limit: then it is binding. */
  binding: boolean;
  quantize: (plan: Plan) => Promise<QuantizedSplit>;
  evaluate: (split: QuantizedSplit, limit: number | null) => Promise<Evaluation>;
}

/** Drop that is accepted where the user sets none: a point of the metric, or a signal-to-noise ratio of 13 dB without labels. */
const DEFAULT_LIMITS = { labelled: 0.01, fidelity: 0.05 };

/** The limit of a config on the drop of the score. */
export function accuracyLimit({ constraints, validation }: ResolvedConfig): Pick<Selection, 'limit' | 'binding'> {
  const fallback = validation ? DEFAULT_LIMITS.labelled : DEFAULT_LIMITS.fidelity;
  return { limit: constraints.accuracyDrop ?? fallback, binding: constraints.accuracyDrop !== undefined };
}

/** Walks the front from its fastest plan, quantizes and measures each for real, and takes the first that holds. */
export async function selectPlan({ front, limit, binding, quantize, evaluate }: Selection): Promise<Chosen> {
  const tried: Chosen[] = [];
  for (const [index, plan] of front.entries()) {
    const split = await quantize(plan);
    const evaluation = await evaluate(split, limit);
    tried.push({ plan, split, evaluation });
    if (evaluation.drop <= limit) return tried[index];
  }
  const best = tried.reduce((a, b) => (b.evaluation.drop < a.evaluation.drop ? b : a));
  const { metric, drop } = best.evaluation;
  const said = `the most accurate of ${tried.length} plans loses ${percent(drop)} of ${metric}, the limit is ${percent(limit)}`;
  if (binding)
    throw new AutosplitError('INFEASIBLE', `no plan holds constraints.accuracyDrop: ${said}`, {
      hint: 'allow more memory or wider bits on the edge, a larger drop, or `split: cloud-only`',
    });
  // Nobody asked for this limit, so the best there is goes on, in full measure.
  const evaluation = await evaluate(best.split, null);
  return { ...best, evaluation, warning: `${said}; set constraints.accuracyDrop to make it binding` };
}

const percent = (fraction: number) => `${(100 * fraction).toFixed(2)} %`;
