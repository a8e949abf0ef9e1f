import type { TensorValue } from '../inference/session.js';
import { classDivergence, isDistribution } from '../numerics/divergence.js';
import { type Lanes, laneStart, lanesOf, type Numbers, numbersOf, spreadPositions } from './elements.js';

/** Positions of a sample whose scores are compared as a whole. */
const MAX_POSITIONS = 1024;
/** Probabilities below are as good as none. */
const MIN_PROBABILITY = 1e-9;
/** The least that a quantized probability tells apart from nothing. */
const MIN_STEP = 1 / 512;

/**
 * How sure the float model is of its answer for a sample, and how much the scores have moved. Scores are logarithms of
 * probabilities.
 */
export interface Evidence {
  /** Best score less the second best, of the float network. */
  margin: number;
  /** Root mean square over the classes of the change of the scores, less what all of them share. */
  noise: number;
  /** Change of the difference between the two best scores of the float network. */
  shift: number;
  /** Standard deviation of the scores of the float model over the classes. */
  spread: number;
  /** Probability that the float model gives to its answer, by the softmax of its scores. */
  confidence: number;
  /** By how much less probable it takes the second best answer. */
  gap: number;
  /** Whether the answer is another one now. */
  isChanged: boolean;
}

/**
 * A softmax that gives its answers less than this in the mean is no probability of theirs: scores are in some other
 * unit.
 */
const MIN_CONFIDENCE = 0.5;

/** Whether the softmax of the scores of a model tells how probable its answers are. */
export const isConfident = (confidences: readonly number[]): boolean =>
  confidences.reduce((sum, each) => sum + each, 0) >= MIN_CONFIDENCE * confidences.length;

/** Share of positions whose largest score is at the same class, the first among equals. A NaN is at no class. */
export function agreement(reference: TensorValue, made: TensorValue, axis: number): number {
  const pair = lanePair(reference, made, axis);
  if (!pair) return 0;
  const { lanes, a, b } = pair;
  const count = lanes.outer * lanes.inner;
  let equal = 0;
  for (let position = 0; position < count; position++) {
    const start = laneStart(lanes, position);
    if (argmax(a, start, lanes) === argmax(b, start, lanes)) equal++;
  }
  return count === 0 ? 1 : equal / count;
}

/**
 * Mean divergence of the scores over the positions; it grows with the change of scores long before any arg-max does.
 */
export function divergence(reference: TensorValue, made: TensorValue, axis: number): number {
  const pair = lanePair(reference, made, axis);
  if (!pair) return 1;
  const { lanes, a, b } = pair;
  const positions = spreadPositions(lanes, MAX_POSITIONS);
  let sum = 0;
  for (const position of positions) {
    const start = laneStart(lanes, position);
    sum += classDivergence(lane(a, start, lanes), lane(b, start, lanes));
  }
  return positions.length === 0 ? 0 : sum / positions.length;
}

/**
 * Evidence of one sample; undefined where there are several decisions, whose mean says enough, and where a score is not
 * finite.
 * @param made scores of the split; those of the float model itself tell how sure it is
 */
export function evidence(reference: TensorValue, made: TensorValue, axis: number): Evidence | undefined {
  const decision = decisionOf(reference, made, axis);
  if (!decision) return undefined;
  const { exact, changed, probabilities } = decision;
  const [best, second] = twoBest(exact);
  const found = {
    margin: exact[best] - exact[second],
    noise: deviation(exact.map((value, i) => changed[i] - value)),
    shift: changed[best] - exact[best] - (changed[second] - exact[second]),
    spread: deviation(exact),
    confidence: probabilities[best],
    gap: probabilities[best] - probabilities[second],
    isChanged: twoBest(changed)[0] !== best,
  };
  return Number.isFinite(found.margin) && Number.isFinite(found.noise) ? found : undefined;
}

/**
 * How much of the answer of a sample is kept: 1 where it is the same, else 1 less the difference between what the float
 * model takes the two answers' probabilities for. The mean loss is the accuracy that is expected to be lost, as far as
 * the float model knows itself: an answer that was as likely as the other costs nothing.
 * @returns undefined where there are several decisions or a score is not finite
 */
export function keptConfidence(reference: TensorValue, made: TensorValue, axis: number): number | undefined {
  const decision = decisionOf(reference, made, axis);
  if (!decision) return undefined;
  const { exact, changed, probabilities } = decision;
  const [[best], [now]] = [twoBest(exact), twoBest(changed)];
  return 1 - (probabilities[best] - probabilities[now]);
}

interface Decision {
  /** Scores on both sides; logarithms where they are probabilities. */
  exact: Float32Array;
  changed: Float32Array;
  /** What the float model takes each class for. */
  probabilities: Float64Array;
}

/** A single decision on both sides; undefined where there are several, or a score is not finite. */
function decisionOf(reference: TensorValue, made: TensorValue, axis: number): Decision | undefined {
  const pair = lanePair(reference, made, axis);
  if (!pair || pair.lanes.outer * pair.lanes.inner !== 1 || pair.lanes.size < 2) return undefined;
  const [exact, changed] = [pair.a, pair.b].map((values) => lane(values, 0, pair.lanes));
  if (![...exact, ...changed].every(Number.isFinite)) return undefined;
  const least = isDistribution(exact) ? MIN_PROBABILITY : isRoughDistribution(exact) ? MIN_STEP : undefined;
  if (least === undefined) return { exact, changed, probabilities: softmax(exact) };
  const sum = exact.reduce((a, b) => a + b, 0);
  return {
    exact: logarithms(exact, least),
    changed: logarithms(changed, least),
    probabilities: Float64Array.from(exact, (value) => value / sum),
  };
}

/**
 * Probabilities in steps of about 1/256, as a quantized softmax gives them: rounded down, they sum up to somewhat less
 * than 1.
 */
function isRoughDistribution(values: Float32Array): boolean {
  const sum = values.reduce((a, b) => a + b, 0);
  return values.every((value) => value >= 0 && value <= 1) && Math.abs(sum - 1) <= 0.25;
}

/** Places of the largest and the second largest value, the first among equals. */
function twoBest(values: Float32Array): [best: number, second: number] {
  let [best, second] = values[1] > values[0] ? [1, 0] : [0, 1];
  for (let i = 2; i < values.length; i++) {
    if (values[i] > values[best]) [best, second] = [i, best];
    else if (values[i] > values[second]) second = i;
  }
  return [best, second];
}

function softmax(scores: Float32Array): Float64Array {
  const most = scores.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const powers = Float64Array.from(scores, (score) => Math.exp(score - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

function deviation(values: Float32Array): number {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

const logarithms = (values: Float32Array, least: number) => values.map((value) => Math.log(Math.max(least, value)));

function lanePair(
  reference: TensorValue,
  made: TensorValue,
  axis: number,
): { lanes: Lanes; a: Numbers; b: Numbers } | undefined {
  const [a, b] = [numbersOf(reference), numbersOf(made)];
  return a && b && a.length === b.length ? { lanes: lanesOf(reference.shape, axis), a, b } : undefined;
}

function argmax(values: Numbers, start: number, { size, inner }: Lanes): number {
  let best = 0;
  for (let i = 0; i < size; i++) {
    const value = values[start + i * inner];
    if (Number.isNaN(value)) return -1;
    if (value > values[start + best * inner]) best = i;
  }
  return best;
}

const lane = (values: Numbers, start: number, { size, inner }: Lanes): Float32Array =>
  Float32Array.from({ length: size }, (_, i) => values[start + i * inner]);
