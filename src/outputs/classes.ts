import type { TensorValue } from '../inference/session.js';
import { classDivergence, isDistribution } from '../numerics/divergence.js';
import { type Lanes, laneStart, lanesOf, type Numbers, numbersOf, spreadPositions } from './elements.js';

/** Limit on compared positions of a sample. */
const MAX_POSITIONS = 1024;
/** Probabilities below this count as zero. */
const MIN_PROBABILITY = 1e-9;
/** Smallest step of a quantized probability. */
const MIN_STEP = 1 / 512;

/**
 * How sure the float model is of its answer for a sample, and how far the scores moved. Scores are log probabilities.
 */
export interface Evidence {
  /** Best score minus second best, of the float model. */
  margin: number;
  /** Root mean square change of the scores over the classes, without their common change. */
  noise: number;
  /** Change of the difference between the float model's two best scores. */
  shift: number;
  /** Standard deviation of the scores of the float model over the classes. */
  spread: number;
  /** Softmax probability that the float model gives its answer. */
  confidence: number;
  /** Probability of the best answer minus that of the second best. */
  gap: number;
  /** Whether the answer changed. */
  isChanged: boolean;
}

/** If the mean softmax probability of the answers is below this, the scores are not log probabilities. */
const MIN_CONFIDENCE = 0.5;

/** Whether the softmax of the scores tells how probable the answers are. */
export const isConfident = (confidences: readonly number[]): boolean =>
  confidences.reduce((sum, each) => sum + each, 0) >= MIN_CONFIDENCE * confidences.length;

/** Share of positions with the same arg-max; the first of equal values counts, and NaN never matches. */
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

/** Mean divergence of the scores over the positions; it grows long before an arg-max changes. */
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
 * Evidence of one sample; undefined for several decisions and for scores that are not finite.
 * @param made scores of the split; with scores of the float model, the evidence tells how sure it is
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
 * How much of the answer of a sample is kept: 1 if it is unchanged, else 1 minus the difference of the float model's
 * probabilities of both answers. The mean loss estimates the expected loss of accuracy: swapping two equally likely
 * answers costs nothing.
 * @returns undefined for several decisions and for scores that are not finite
 */
export function keptConfidence(reference: TensorValue, made: TensorValue, axis: number): number | undefined {
  const decision = decisionOf(reference, made, axis);
  if (!decision) return undefined;
  const { exact, changed, probabilities } = decision;
  const [[best], [now]] = [twoBest(exact), twoBest(changed)];
  return 1 - (probabilities[best] - probabilities[now]);
}

interface Decision {
  /** Scores of both; logarithms if they are probabilities. */
  exact: Float32Array;
  changed: Float32Array;
  /** The float model's probability of each class. */
  probabilities: Float64Array;
}

/** A single decision of both; undefined for several decisions and for scores that are not finite. */
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
 * Whether values are probabilities in steps of about 1/256, as a quantized softmax gives them: rounded down, their sum
 * is slightly below 1.
 */
function isRoughDistribution(values: Float32Array): boolean {
  const sum = values.reduce((a, b) => a + b, 0);
  return values.every((value) => value >= 0 && value <= 1) && Math.abs(sum - 1) <= 0.25;
}

/** Indices of the largest and the second largest value; the first of equal values counts. */
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
