import type { Alternative, PlanDocument } from '../documents/plan.js';
import { findCodec } from '../runtime/codecs/index.js';
import { number, percent, times } from '../util/format.js';
import { counted } from './format.js';

type Accuracy = NonNullable<Alternative['accuracy']>;
type Judged = Pick<Alternative, 'accuracy' | 'decision' | 'cut' | 'error'>;
type Limited = Judged & Partial<Pick<Alternative, 'feasible' | 'violated'>>;

/**
 * How a plan stands with the accuracy limit. `float`: it is the float model on its whole input and loses nothing.
 * `measured`: it was run, and no limit is set.
 */
export type Standing = 'float' | 'holds' | 'inconclusive' | 'fails' | 'measured' | 'unknown';

export function standingOf(plan: Judged): Standing {
  if (isFloat(plan)) return 'float';
  return plan.accuracy ? verdictOf(plan.accuracy) : 'unknown';
}

/** Whether the cloud runs the float model on an exact input. Quantized layers may have a predicted error of 0 too. */
const isFloat = ({ accuracy, decision, cut, error }: Judged): boolean =>
  decision === 'cloud-only' &&
  error.total === 0 &&
  (accuracy?.drop ?? 0) === 0 &&
  cut.every(({ encoding }) => findCodec(encoding)?.form.isLossy === false);

/** Documents of older versions have no verdict; their mean drop decides. */
const verdictOf = ({ verdict, drop, limit }: Accuracy): Standing =>
  limit === null ? 'measured' : (verdict ?? (drop <= limit ? 'holds' : 'fails'));

/** Whether a plan counts as keeping the accuracy limit, by measurement or as the float model. */
export function isAccepted(plan: Judged): boolean {
  const standing = standingOf(plan);
  return (
    standing === 'float' || standing === 'holds' || (standing === 'inconclusive' && plan.accuracy?.accepted !== false)
  );
}

/** Whether the accuracy of a document's plan is only predicted. */
export const isPredicted = ({ accuracySource, accuracy }: Pick<PlanDocument, 'accuracySource' | 'accuracy'>): boolean =>
  (accuracySource ?? (accuracy ? 'measured' : 'predicted')) === 'predicted';

/** The limits that a plan breaks. Accuracy counts only if measured. */
export function brokenLimits(plan: Limited): string[] {
  const { accuracy, feasible, violated = [] } = plan;
  const others = violated.filter((limit) => !/^(the )?accuracy/.test(limit));
  const unnamed = feasible === false && violated.length === 0 && !accuracy ? ['a limit'] : [];
  const isLost = accuracy && standingOf(plan) === 'fails';
  return [
    ...others,
    ...unnamed,
    ...(isLost ? [`accuracy drop ${percent(accuracy.drop)} over ${percent(accuracy.limit ?? 0)}`] : []),
  ];
}

/** `breaks memory 40.0 kB over 20.0 kB`; empty if none is broken. */
export const breaks = (plan: Limited): string => {
  const broken = brokenLimits(plan);
  return broken.length === 0 ? '' : `breaks ${broken.join(' and ')}`;
};

/** `memory, accuracy` */
export const brokenNames = (plan: Limited): string =>
  brokenLimits(plan)
    .map((limit) => (limit === 'a limit' ? limit : limit.split(' ')[0]))
    .join(', ');

/** The score of a plan as a table cell. */
export function scoreOf(plan: Judged): string {
  if (plan.accuracy) return percent(plan.accuracy.quantized);
  return standingOf(plan) === 'float' ? 'float' : 'not measured';
}

/** The last cell of a plan's row: the limits that it breaks, or that its samples were too few. */
export const remark = (plan: Limited): string =>
  breaks(plan) || (standingOf(plan) === 'inconclusive' ? verdictOfRow(plan.accuracy) : '');

/** `holds`, `fails`, `inconclusive`, or `inconclusive, not taken`; empty without a limit. */
export function verdictOfRow(accuracy: Accuracy | undefined): string {
  const standing = accuracy && verdictOf(accuracy);
  if (standing === undefined || standing === 'measured') return '';
  return standing === 'inconclusive' && accuracy?.accepted === false ? 'inconclusive, not taken' : standing;
}

/** The verdict of a plan; empty for the float model. */
export const verdictOfPlan = (plan: Judged): string =>
  standingOf(plan) === 'float' ? '' : verdictOfRow(plan.accuracy);

/** The verdict, with the samples needed for a decision: `inconclusive: about 1500 samples would tell`. */
export function verdictInWords(accuracy: Accuracy | undefined): string {
  const needed = accuracy?.samplesNeeded;
  const verdict = verdictOfRow(accuracy);
  return needed === undefined || !verdict.startsWith('inconclusive')
    ? verdict
    : `${verdict}: about ${number(needed)} samples would tell`;
}

/**
 * ` (75 % of answers unchanged)` for the metric `agreement`, whose score weighs each changed answer by the confidence
 * of the float model. Empty for other metrics, and if both numbers are equal.
 */
export function unchangedInWords({ metric, quantized, sameAnswers }: Accuracy): string {
  if (metric !== 'agreement' || sameAnswers === undefined || percent(sameAnswers) === percent(quantized)) return '';
  return ` (${percent(sameAnswers)} of answers unchanged)`;
}

/** `81.5 % measured on 400 samples, float 81 %: drop -0.5 % (95 %: -2 % to 1 %), limit 1 %; holds` */
export function accuracyInWords(accuracy: Accuracy): string {
  const { quantized, float, drop, interval, limit, samples } = accuracy;
  const spread = interval?.length === 2 ? ` (95 %: ${percent(interval[0])} to ${percent(interval[1])})` : '';
  return [
    `${percent(quantized)}${unchangedInWords(accuracy)} measured on ${counted(samples, 'sample')}, float ${percent(float)}: drop ${percent(drop)}${spread}`,
    ...(limit === null ? [] : [`, limit ${percent(limit)}; ${verdictInWords(accuracy)}`]),
  ].join('');
}

/** Shown in place of a measured accuracy. */
export const predictedInWords = ({ error }: Pick<Alternative, 'error'>): string =>
  `predicted, not measured: error ${number(error.total)}${error.limit === null ? '' : `, limit ${number(error.limit)}`}`;

type Own = Pick<PlanDocument, 'latency' | 'accuracy' | 'accuracySource'>;

/**
 * Latency of another plan over that of `plan`, as `2.00x`. Empty unless both were measured and the other plan keeps all
 * limits.
 */
export function slowdown(other: Limited & Pick<Alternative, 'latency'>, plan: Own): string {
  if (isPredicted(plan) || plan.latency.total <= 0 || !isAccepted(other) || brokenLimits(other).length > 0) return '';
  return times(other.latency.total / plan.latency.total);
}

/**
 * The fastest measured baseline that keeps all limits and differs from the plan; undefined if the plan was not
 * measured.
 */
export function bestAlternative(plan: PlanDocument): { name: string; plan: Alternative } | undefined {
  const isOther = ({ decision, latency, error }: Alternative) =>
    decision !== plan.decision || latency.total !== plan.latency.total || error.total !== plan.error.total;
  return Object.entries(plan.baselines)
    .flatMap(([name, other]) =>
      other && isOther(other) && slowdown(other, plan) !== '' ? [{ name, plan: other }] : [],
    )
    .sort((a, b) => a.plan.latency.total - b.plan.latency.total)[0];
}

/** Stands above a plan whose accuracy was not measured. */
export const PREDICTED = 'accuracy is predicted, not measured';

/** The same, with the commands that measure it. */
export const PREDICTED_LINE = `${PREDICTED}: run \`autosplit build\`, or this with --measured`;
