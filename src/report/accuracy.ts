import type { Alternative, PlanDocument } from '../plan-document.js';
import { number, percent, times } from '../util/format.js';
import { counted } from './format.js';

type Accuracy = NonNullable<Alternative['accuracy']>;
type Judged = Pick<Alternative, 'accuracy' | 'decision' | 'cut' | 'error'>;
type Limited = Judged & Partial<Pick<Alternative, 'feasible' | 'violated'>>;

/**
 * What is known of the accuracy of a plan. `float`: it is the float network on its whole input, so that nothing can be lost. `measured`:
 * it was run, and there is no limit to hold.
 */
export type Standing = 'float' | 'holds' | 'inconclusive' | 'fails' | 'measured' | 'unknown';

const LOSSY = /^(jpeg|webp)/;

export function standingOf({ accuracy, decision, cut, error }: Judged): Standing {
  if (accuracy) return verdictOf(accuracy);
  return decision === 'cloud-only' && error.total === 0 && cut.every(({ encoding }) => !LOSSY.test(encoding)) ? 'float' : 'unknown';
}

/** Documents of older versions have no verdict: there the mean decided. */
const verdictOf = ({ verdict, drop, limit }: Accuracy): Standing =>
  limit === null ? 'measured' : (verdict ?? (drop <= limit ? 'holds' : 'fails'));

/** Whether a plan was measured, or needs no measuring, and is taken to keep the limit. */
export function isAccepted(plan: Judged): boolean {
  const standing = standingOf(plan);
  return standing === 'float' || standing === 'holds' || (standing === 'inconclusive' && plan.accuracy?.accepted !== false);
}

/** Whether the accuracy of the plan of a document was measured. */
export const isPredicted = ({ accuracySource, accuracy }: Pick<PlanDocument, 'accuracySource' | 'accuracy'>): boolean =>
  (accuracySource ?? (accuracy ? 'measured' : 'predicted')) === 'predicted';

/** The limits that a plan breaks. The accuracy is one of them only where it was measured. */
export function brokenLimits(plan: Limited): string[] {
  const { accuracy, feasible, violated = [] } = plan;
  const others = violated.filter((limit) => !/^(the )?accuracy/.test(limit));
  const unnamed = feasible === false && violated.length === 0 && !accuracy ? ['a limit'] : [];
  const isLost = accuracy && standingOf(plan) === 'fails';
  return [...others, ...unnamed, ...(isLost ? [`accuracy drop ${percent(accuracy.drop)} over ${percent(accuracy.limit ?? 0)}`] : [])];
}

/** `breaks memory 40.0 kB over 20.0 kB`; empty where nothing is broken. */
export const breaks = (plan: Limited): string => {
  const broken = brokenLimits(plan);
  return broken.length === 0 ? '' : `breaks ${broken.join(' and ')}`;
};

/** `memory, accuracy` */
export const brokenNames = (plan: Limited): string =>
  brokenLimits(plan)
    .map((limit) => (limit === 'a limit' ? limit : limit.split(' ')[0]))
    .join(', ');

/** The score of a plan for a row of a table. */
export function scoreOf(plan: Judged): string {
  const standing = standingOf(plan);
  if (standing === 'float') return 'float';
  return plan.accuracy ? percent(plan.accuracy.quantized) : 'not measured';
}

/** What there is to say beside a plan in a table: the limits that it breaks, or what its accuracy rests on. */
export function remark(plan: Limited): string {
  const broken = breaks(plan);
  if (broken !== '') return broken;
  return standingOf(plan) === 'inconclusive' ? verdictInWords(plan.accuracy) : '';
}

/** `holds`, or `inconclusive: about 1500 samples would tell`; empty without a limit. */
export function verdictInWords(accuracy: Accuracy | undefined): string {
  const standing = accuracy && verdictOf(accuracy);
  if (standing === undefined || standing === 'measured') return '';
  if (standing !== 'inconclusive') return standing;
  const needed = accuracy?.samplesNeeded;
  return needed === undefined ? 'inconclusive' : `inconclusive: about ${number(needed)} samples would tell`;
}

/** Why a plan is taken whose samples do not tell. */
const BASES: Record<string, string> = {
  mean: 'taken because its mean drop is within the limit',
  outputs: 'taken because its outputs move little',
};

/** `81.5 %, float 81 %: drop -0.5 % (95 %: -2 % to 1 %), limit 1 %; holds` */
export function accuracyInWords(accuracy: Accuracy): string {
  const { quantized, float, drop, interval, limit, basis = '', accepted } = accuracy;
  const spread = interval?.length === 2 ? ` (95 %: ${percent(interval[0])} to ${percent(interval[1])})` : '';
  const reason = accepted && verdictOf(accuracy) === 'inconclusive' ? BASES[basis] : undefined;
  return [
    `${percent(quantized)}, float ${percent(float)}: drop ${percent(drop)}${spread}${limit === null ? '' : `, limit ${percent(limit)}`}`,
    ...[verdictInWords(accuracy), reason].filter(Boolean),
  ].join('; ');
}

/** `measured on 400 samples` */
export const measuredOn = ({ samples }: Accuracy): string => `measured on ${counted(samples, 'sample')}`;

/** What stands for a measured accuracy where there is none. */
export const predictedInWords = ({ error }: Pick<Alternative, 'error'>): string =>
  `predicted, not measured: error ${number(error.total)}${error.limit === null ? '' : `, limit ${number(error.limit)}`}`;

type Own = Pick<PlanDocument, 'latency' | 'accuracy' | 'accuracySource'>;

/** How many times as long another plan takes; empty unless both were measured, and the other one holds and breaks nothing else. */
export function slowdown(other: Limited & Pick<Alternative, 'latency'>, plan: Own): string {
  if (isPredicted(plan) || plan.latency.total <= 0 || !isAccepted(other) || brokenLimits(other).length > 0) return '';
  return times(other.latency.total / plan.latency.total);
}

/** The fastest baseline that was measured, holds, and is another plan; undefined where the plan itself was not measured. */
export function bestAlternative(plan: PlanDocument): { name: string; plan: Alternative } | undefined {
  const isOther = ({ decision, latency, error }: Alternative) =>
    decision !== plan.decision || latency.total !== plan.latency.total || error.total !== plan.error.total;
  return Object.entries(plan.baselines)
    .flatMap(([name, other]) => (other && isOther(other) && slowdown(other, plan) !== '' ? [{ name, plan: other }] : []))
    .sort((a, b) => a.plan.latency.total - b.plan.latency.total)[0];
}

/** Above a plan whose accuracy nobody measured. */
export const PREDICTED = 'accuracy is predicted, not measured: run `autosplit build`';

/** The same where `--measured` can be given. */
export const PREDICTED_OR = 'accuracy is predicted, not measured: run `autosplit build`, or this with --measured';
