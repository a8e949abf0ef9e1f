import type { ResolvedConfig } from '../config/resolved.js';
import type { Evaluation } from '../evaluate/evaluation.js';
import type { Plan } from '../planner/problem.js';
import type { QuantizedSplit } from '../quantize/index.js';
import { AutosplitError } from '../util/error.js';
import { seconds } from '../util/format.js';

/** The plan that is built, with what was measured of it. */
export interface Chosen {
  plan: Plan;
  split: QuantizedSplit;
  evaluation: Evaluation;
  /** All plans that were measured, fastest first; the chosen one is among them. */
  measured: Measured[];
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

/** A plan of the front that was really run, and what it keeps. */
export interface Measured {
  plan: Plan;
  evaluation: Evaluation;
}

/**
 * Drop that is accepted where the user sets none: a point of a metric; without labels two decisions in a hundred that differ, or a
 * signal-to-noise ratio of 13 dB.
 */
const DEFAULT_LIMITS = { labelled: 0.01, agreement: 0.02, fidelity: 0.05 };

/** The limit of a config on the drop of the score. */
export function accuracyLimit({ constraints, validation }: ResolvedConfig, metric: string): Pick<Selection, 'limit' | 'binding'> {
  const fallback = validation ? DEFAULT_LIMITS.labelled : metric === 'agreement' ? DEFAULT_LIMITS.agreement : DEFAULT_LIMITS.fidelity;
  return { limit: constraints.accuracyDrop ?? fallback, binding: constraints.accuracyDrop !== undefined };
}

/** Walks the front from its fastest plan, quantizes and measures each for real, and takes the first that holds. */
export async function selectPlan({ front, limit, binding, quantize, evaluate }: Selection): Promise<Chosen> {
  const measured: Measured[] = [];
  for (const plan of front) {
    const split = await quantize(plan);
    const evaluation = await evaluate(split, limit);
    measured.push({ plan, evaluation });
    if (evaluation.drop <= limit) return { plan, split, evaluation, measured };
  }
  const best = measured.reduce((a, b) => (b.evaluation.drop < a.evaluation.drop ? b : a));
  const { metric, drop } = best.evaluation;
  const said = `the most accurate of ${measured.length} plans loses ${percent(drop)} of ${metric}, the limit is ${percent(limit)}`;
  if (binding)
    throw new AutosplitError('INFEASIBLE', [`no plan holds constraints.accuracyDrop: ${said}`, ...measured.map(inWords)].join('\n  '), {
      hint: 'allow more memory or wider bits on the edge, a larger drop, or `split: cloud-only`',
    });
  // Nobody asked for this limit, so the best there is goes on, in full measure.
  const split = await quantize(best.plan);
  const evaluation = await evaluate(split, null);
  const all = measured.map((each) => (each === best ? { ...each, evaluation } : each));
  return { plan: best.plan, split, evaluation, measured: all, warning: `${said}; set constraints.accuracyDrop to make it binding` };
}

/** A point of the front as an error shows it: time, decision, what is lost and how sure that is. */
function inWords({ plan, evaluation: { drop, interval, samples } }: Measured): string {
  const [low, high] = interval.map(percent);
  return `${seconds(plan.latency.total)} ${plan.decision}: loses ${percent(drop)} (95 %: ${low} to ${high}, ${samples} samples)`;
}

const percent = (fraction: number) => `${(100 * fraction).toFixed(2)} %`;
