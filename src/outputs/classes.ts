import type { TensorValue } from '../inference/session.js';
import { classDivergence, isDistribution } from '../numerics/divergence.js';
import { type Lanes, laneStart, lanesOf, type Numbers, numbersOf, spreadPositions } from './elements.js';

/** Positions of a sample whose scores are compared as a whole. */
const MOST_POSITIONS = 1024;
/** Probabilities below are as good as none. */
const LEAST_PROBABILITY = 1e-9;

/** How sure the float network is, and how much its scores have moved, in one unit of scores. */
export interface Evidence {
  /** Best score less the second best, of the float network; logarithms where scores are probabilities. Mean over the positions. */
  margin: number;
  /** Root mean square over the classes of the change of the scores, less what all of them share. Mean over the positions. */
  noise: number;
  /** Standard deviation of the scores of the float network over the classes. Mean over the positions. */
  spread: number;
}

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

/** Mean divergence of the scores over the positions; it grows with the change of scores long before any arg-max does. */
export function divergence(reference: TensorValue, made: TensorValue, axis: number): number {
  const pair = lanePair(reference, made, axis);
  if (!pair) return 1;
  const { lanes, a, b } = pair;
  const positions = spreadPositions(lanes, MOST_POSITIONS);
  let sum = 0;
  for (const position of positions) {
    const start = laneStart(lanes, position);
    sum += classDivergence(lane(a, start, lanes), lane(b, start, lanes));
  }
  return positions.length === 0 ? 0 : sum / positions.length;
}

/** Margin and noise of one sample; undefined where no position has finite scores on both sides. */
export function evidence(reference: TensorValue, made: TensorValue, axis: number): Evidence | undefined {
  const pair = lanePair(reference, made, axis);
  if (!pair) return undefined;
  const { lanes, a, b } = pair;
  let [margins, noises, spreads, count] = [0, 0, 0, 0];
  for (const position of spreadPositions(lanes, MOST_POSITIONS)) {
    const start = laneStart(lanes, position);
    const exact = lane(a, start, lanes);
    const scores = isDistribution(exact) ? logarithms : (values: Float32Array) => values;
    const found = ofLane(scores(exact), scores(lane(b, start, lanes)));
    if (!Number.isFinite(found.margin) || !Number.isFinite(found.noise)) continue;
    margins += found.margin;
    noises += found.noise;
    spreads += found.spread;
    count++;
  }
  return count === 0 ? undefined : { margin: margins / count, noise: noises / count, spread: spreads / count };
}

function ofLane(exact: Float32Array, made: Float32Array): Evidence {
  let [best, second] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const changes = exact.map((value, i) => made[i] - value);
  for (const value of exact) {
    if (value > best) [best, second] = [value, best];
    else if (value > second) second = value;
  }
  return { margin: best - second, noise: deviation(changes), spread: deviation(exact) };
}

function deviation(values: Float32Array): number {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

const logarithms = (values: Float32Array) => values.map((value) => Math.log(Math.max(LEAST_PROBABILITY, value)));

function lanePair(reference: TensorValue, made: TensorValue, axis: number): { lanes: Lanes; a: Numbers; b: Numbers } | undefined {
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
