import { type Evidence, isConfident } from '../outputs/classes.js';
import { dropInterval, type PairedScores, totalOf, upperTail, Z95 } from './interval.js';

/** What the samples tell about the limit. */
export type Verdict = 'holds' | 'fails' | 'inconclusive';

/** Whether a plan is accepted, and why. */
export interface DropVerdict {
  /**
   * `holds` or `fails` if the whole 95 % interval of the drop is on one side of the limit; `holds` also if the outputs
   * equal those of the float model.
   */
  verdict: Verdict;
  accepted: boolean;
  /**
   * What decided. `exact`: outputs equal those of the float model bit by bit. `interval`: the interval of the drop.
   * `mean`: the mean, since the interval includes the limit. `outputs`: the mean and how far the outputs moved, since
   * there are too few samples for even a perfect result to prove the limit.
   */
  basis: 'exact' | 'interval' | 'mean' | 'outputs';
  /** If inconclusive: about how many samples would decide. */
  samplesNeeded?: number;
}

/**
 * The expected loss of accuracy. Model: the difference of the two best scores has normal noise of deviation s, so a
 * margin m is overcome with probability Phi(-m / s). A changed answer costs how much less probable the float model
 * takes it:
 *
 * E[(p_best - p_second) * Phi(-m / s)] over the samples.
 *
 * It depends on the size of the noise, not on which answers happened to change, so a dozen samples are enough.
 * @param deviation of the difference of two scores; by default {@link differenceDeviation} of the evidence
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
 * Deviation of the difference of two scores: the larger of that measured between the two best, and that of independent
 * noise on all scores. If most scores never move, the first one is too small.
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

/** Uncertainty of the expected drop, as a share of it, and its minimum. */
const MODEL_UNCERTAINTY = 0.7;
const MIN_UNCERTAINTY = 0.002;

/** Tolerance for rounding errors of means. */
const ROUNDING = 1e-9;

/** Context of paired scores. */
export interface Background {
  /** Drop expected from the movement of the outputs. */
  expected?: number | undefined;
  /** Each sample is one answer, right or wrong: then few samples prove little, even if all are right. */
  countsAnswers: boolean;
  /** All outputs equal those of the float model bit by bit. */
  isExact?: boolean;
}

/** Fewer samples of a continuous score do not tell its spread. */
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
  // Without other evidence, ignore a single changed answer.
  const isOneAnswer = isCoarse && countsAnswers && expected === undefined && Math.abs(drop) * count <= 1 + 1e-9;
  return {
    verdict: 'inconclusive',
    accepted: estimate <= limit + ROUNDING || isOneAnswer,
    basis: isCoarse && expected !== undefined ? 'outputs' : 'mean',
    ...neededSamples(Math.max(samplesNeeded(count, deviation, Math.abs(estimate - limit), limit), leastNeeded)),
  };
}

/** The largest drop that is compatible with a perfect result on these samples. */
export function resolution({ float }: PairedScores): number {
  return float.length === 0 ? 1 : dropInterval({ float, quantized: float })[1];
}

/** Do not ask for more samples than this. */
const MAX_SAMPLES = 1e6;

const neededSamples = (count: number): Pick<DropVerdict, 'samplesNeeded'> =>
  count <= MAX_SAMPLES ? { samplesNeeded: count } : {};

/**
 * Number of samples with which a perfect result proves the limit: the end of Wilson's interval, rounded up to two
 * digits.
 */
const faultlessNeeded = (limit: number): number => roundedUp(Z95 ** 2 * (1 / Math.max(limit, 1e-4) - 1));

/** Mean of the measured and the expected drop, weighted by inverse variance. */
function weighedMean(drop: number, deviation: number, expected: number): number {
  const uncertainty = Math.max(MIN_UNCERTAINTY, MODEL_UNCERTAINTY * expected);
  const [own, other] = [1 / deviation ** 2, 1 / uncertainty ** 2];
  return (own * drop + other * expected) / (own + other);
}

/** Number of samples with which half the interval equals the distance to the limit, to two digits. */
function samplesNeeded(count: number, deviation: number, distance: number, limit: number): number {
  const wanted = Math.max(distance, Math.abs(limit) / 4, 1e-4);
  const needed = Math.max(count + 1, count * ((Z95 * deviation) / wanted) ** 2);
  return roundedUp(needed);
}

function roundedUp(count: number): number {
  const digit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, count))) - 1);
  return Math.ceil(count / digit) * digit;
}
