import { type Evidence, isConfident } from '../outputs/classes.js';
import { dropInterval, type PairedScores, totalOf, upperTail, Z95 } from './interval.js';

/** What so many samples can tell of a limit. */
export type Verdict = 'holds' | 'fails' | 'inconclusive';

/** Whether a plan is taken to keep a limit, and why. */
export interface DropVerdict {
  /**
   * `holds` or `fails` where the whole 95 % interval of the drop is on one side of the limit, and where outputs are the
   * float model's.
   */
  verdict: Verdict;
  accepted: boolean;
  /**
   * What decided: `exact` outputs, the same as those of the float model bit for bit; the interval; the mean, where the
   * interval reaches over the limit; or how far the outputs moved too, where that is known and there are so few samples
   * that even a faultless result could not show that the limit holds.
   */
  basis: 'exact' | 'interval' | 'mean' | 'outputs';
  /** Where inconclusive: about how many samples would tell. */
  samplesNeeded?: number;
}

/**
 * Accuracy that is expected to be lost. The difference of the two best scores moves by normal noise of deviation s, so
 * a margin m is overcome with probability Phi(-m / s). What that costs is how much less probable the float model takes
 * the second answer:
 *
 *   E[(p_best - p_second) * Phi(-m / s)] over the samples.
 *
 * It depends on the size of the noise and not on which answers happened to change, so that a dozen samples say
 * something.
 * @param deviation of the difference of two scores. @default {@link differenceDeviation} of the evidence
 * @returns undefined without samples
 */
export function expectedLoss(
  evidence: readonly Evidence[],
  deviation = differenceDeviation(evidence),
): number | undefined {
  if (evidence.length === 0 || Number.isNaN(deviation)) return undefined;
  const isKnown = isConfident(evidence.map(({ confidence }) => confidence));
  const losses = evidence.map(({ margin, gap }) => (isKnown ? gap : 1) * overcome(margin, deviation));
  return losses.reduce((a, b) => a + b, 0) / losses.length;
}

/**
 * By how much the difference of two scores moves: as measured between the two best, or as independent noise of all
 * scores lets expect where that is more. Scores of which most never move understate it.
 */
const differenceDeviation = (evidence: readonly Evidence[]): number =>
  Math.max(
    rootMeanSquare(evidence.map(({ shift }) => shift)),
    Math.SQRT2 * rootMeanSquare(evidence.map(({ noise }) => noise)),
  );

/** Probability that normal noise of deviation s overcomes a margin. */
const overcome = (margin: number, s: number): number => (s > 0 ? upperTail(margin / s) : 0);

export const rootMeanSquare = (values: readonly number[]): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / Math.max(1, values.length));

/** What is not known of an expected drop, as a share of it, and the least that it is uncertain by. */
const MODEL_UNCERTAINTY = 0.7;
const MIN_UNCERTAINTY = 0.002;

/** Means of shares that are equal in theory differ by less. */
const ROUNDING = 1e-9;

/** What is known of a measurement beside its scores. */
export interface Background {
  /** Drop that the movement of the outputs lets expect. */
  expected?: number | undefined;
  /** Each sample is one answer, right or wrong: then few samples show little however right they are. */
  countsAnswers: boolean;
  /** All outputs are those of the float model, bit for bit. */
  isExact?: boolean;
}

/** Samples of a score that is no count of answers, below which its spread is not known. */
const MIN_SAMPLES = 8;

/** Judges paired scores against a limit on the drop. */
export function verdictOnDrop(
  scores: PairedScores,
  limit: number,
  { expected, countsAnswers, isExact }: Background,
): DropVerdict {
  if (isExact) return { verdict: 'holds', accepted: true, basis: 'exact' };
  const count = scores.float.length;
  const total = totalOf(scores);
  const drop = total.float - total.quantized;
  const [low, high] = dropInterval(scores);
  const isCoarse = countsAnswers ? resolution(scores) > limit : count < MIN_SAMPLES;
  if (high <= limit && !isCoarse) return { verdict: 'holds', accepted: true, basis: 'interval' };
  if (low > limit) return { verdict: 'fails', accepted: false, basis: 'interval' };
  const deviation = Math.max((high - low) / (2 * Z95), MIN_UNCERTAINTY);
  const estimate = isCoarse && expected !== undefined ? weighedMean(drop, deviation, expected) : drop;
  const leastNeeded = !isCoarse ? 0 : countsAnswers ? faultlessNeeded(limit) : MIN_SAMPLES;
  // Without any other knowledge, a single answer that changed is no evidence.
  const isOneAnswer = isCoarse && countsAnswers && expected === undefined && Math.abs(drop) * count <= 1 + 1e-9;
  return {
    verdict: 'inconclusive',
    accepted: estimate <= limit + ROUNDING || isOneAnswer,
    basis: isCoarse && expected !== undefined ? 'outputs' : 'mean',
    ...neededSamples(Math.max(samplesNeeded(count, deviation, Math.abs(estimate - limit), limit), leastNeeded)),
  };
}

/** How large a drop could be behind a faultless result on these samples. */
export function resolution({ float }: PairedScores): number {
  return float.length === 0 ? 1 : dropInterval({ float, quantized: float })[1];
}

/** More samples than this nobody has: then none is named. */
const MAX_SAMPLES = 1e6;

const neededSamples = (count: number): Pick<DropVerdict, 'samplesNeeded'> =>
  count <= MAX_SAMPLES ? { samplesNeeded: count } : {};

/**
 * Samples of which a faultless result shows that the limit holds: the end of Wilson's interval, rounded up to two
 * digits.
 */
const faultlessNeeded = (limit: number): number => roundedUp(Z95 ** 2 * (1 / Math.max(limit, 1e-4) - 1));

/** Mean of what was measured and what is expected, each weighed by its inverse variance. */
function weighedMean(drop: number, deviation: number, expected: number): number {
  const uncertainty = Math.max(MIN_UNCERTAINTY, MODEL_UNCERTAINTY * expected);
  const [own, other] = [1 / deviation ** 2, 1 / uncertainty ** 2];
  return (own * drop + other * expected) / (own + other);
}

/** Samples at which half the interval is as wide as the distance to the limit, to two digits. */
function samplesNeeded(count: number, deviation: number, distance: number, limit: number): number {
  const wanted = Math.max(distance, Math.abs(limit) / 4, 1e-4);
  const needed = Math.max(count + 1, count * ((Z95 * deviation) / wanted) ** 2);
  return roundedUp(needed);
}

function roundedUp(count: number): number {
  const digit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, count))) - 1);
  return Math.ceil(count / digit) * digit;
}
