import type { Evidence } from '../outputs/classes.js';
import { dropInterval, type PairedScores, totalOf, upperTail, Z95 } from './interval.js';

/** What so many samples can tell of a limit. */
export type Verdict = 'holds' | 'fails' | 'inconclusive';

/** Whether a plan is taken to keep a limit, and why. */
export interface Judgement {
  /** `holds` or `fails` where the whole 95 % interval of the drop is on one side of the limit. */
  verdict: Verdict;
  accepted: boolean;
  /**
   * What decided: the interval; the mean, where the interval reaches over the limit; or the outputs, where there are so few samples that
   * even a faultless result could not show that the limit holds.
   */
  basis: 'interval' | 'mean' | 'outputs';
  /** Where inconclusive: about how many samples would tell. */
  samplesNeeded?: number;
}

/**
 * Expected share of answers that change. Scores move by independent normal noise, so the difference of two moves by s = sqrt(2) * noise;
 * margins are taken as exponential with the mean of the samples:
 *
 *   P = E[Phi(-m / s)] = 1/2 - exp((s / M)^2 / 2) * Phi(-s / M),  M the mean margin.
 *
 * Unlike a count of changed answers it depends on means alone, so that a dozen samples say something.
 * @returns undefined without samples or margins
 */
export function expectedChanges(evidence: readonly Evidence[]): number | undefined {
  const margin = evidence.reduce((sum, each) => sum + each.margin, 0) / evidence.length;
  const noise = Math.sqrt(evidence.reduce((sum, each) => sum + each.noise ** 2, 0) / evidence.length);
  if (!(margin > 0) || Number.isNaN(noise)) return undefined;
  return answersChanged((Math.SQRT2 * noise) / margin);
}

/** The formula of {@link expectedChanges} for x = s / M. For large x by the asymptotic series of Mills' ratio. */
export function answersChanged(x: number): number {
  if (x === 0) return 0;
  if (x === Number.POSITIVE_INFINITY) return 0.5;
  if (x > 6) return 0.5 - (1 / x - 1 / x ** 3 + 3 / x ** 5) / Math.sqrt(2 * Math.PI);
  return 0.5 - Math.exp((x * x) / 2) * upperTail(x);
}

/**
 * Share of changed answers that a metric loses. With labels it is at most half: answers between two classes are as often gained as lost.
 * Undefined for metrics that do not count answers.
 */
export const lossPerChange = (metric: string): number | undefined => ({ agreement: 1, top1: 0.5, top5: 0.25 })[metric];

/** What is not known of an expected drop, as a share of it, and the least that it is uncertain by. */
const MODEL_UNCERTAINTY = 0.7;
const LEAST_UNCERTAINTY = 0.002;

/**
 * Judges paired scores against a limit on the drop.
 * @param expected drop that the movement of the outputs lets expect, where that is known
 */
export function judgeDrop(scores: PairedScores, limit: number, expected?: number): Judgement {
  const count = scores.float.length;
  const total = totalOf(scores);
  const drop = total.float - total.quantized;
  const [low, high] = dropInterval(scores);
  if (high <= limit) return { verdict: 'holds', accepted: true, basis: 'interval' };
  if (low > limit) return { verdict: 'fails', accepted: false, basis: 'interval' };
  const deviation = (high - low) / (2 * Z95);
  const isCoarse = resolution(scores) > limit;
  const estimate = isCoarse && expected !== undefined ? weighedMean(drop, deviation, expected) : drop;
  // Without any other knowledge, a single answer that changed is no evidence.
  const isOneAnswer = isCoarse && expected === undefined && Math.abs(drop) * count <= 1 + 1e-9;
  return {
    verdict: 'inconclusive',
    accepted: estimate <= limit || isOneAnswer,
    basis: isCoarse ? 'outputs' : 'mean',
    samplesNeeded: samplesNeeded(count, deviation, Math.abs(estimate - limit), limit),
  };
}

/** How large a drop could be behind a faultless result on these samples. */
export function resolution({ float }: PairedScores): number {
  return float.length === 0 ? 1 : dropInterval({ float, quantized: float })[1];
}

/** Mean of what was measured and what is expected, each weighed by its inverse variance. */
function weighedMean(drop: number, deviation: number, expected: number): number {
  const uncertainty = Math.max(LEAST_UNCERTAINTY, MODEL_UNCERTAINTY * expected);
  const [own, other] = [1 / deviation ** 2, 1 / uncertainty ** 2];
  return (own * drop + other * expected) / (own + other);
}

/** Samples at which half the interval is as wide as the distance to the limit, to two digits. */
function samplesNeeded(count: number, deviation: number, distance: number, limit: number): number {
  const wanted = Math.max(distance, Math.abs(limit) / 4, 1e-4);
  const needed = Math.max(count + 1, count * ((Z95 * deviation) / wanted) ** 2);
  const digit = 10 ** Math.max(0, Math.floor(Math.log10(needed)) - 1);
  return Math.ceil(needed / digit) * digit;
}
