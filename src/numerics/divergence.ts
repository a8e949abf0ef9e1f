/**
 * How far two sets of scores of classes are apart: twice the Kullback-Leibler divergence, in nats, of softmax(scores /
 * T) from softmax(reference / T), T the standard deviation of the reference. At T = 1 a few samples between two classes
 * decide the mean of any hundred; at this temperature (Hinton, Vinyals and Dean, Distilling the knowledge in a neural
 * model, 2015, section 2) each counts by how much its scores moved, and where all classes are about alike it is the
 * relative squared error of the scores around their mean. Scores that are probabilities (none below zero, summing to 1)
 * count by their logarithms.
 */
export function classDivergence(reference: Float32Array, scores: Float32Array): number {
  const [a, b] = [reference, scores].map(
    isDistribution(reference) ? logarithms : (values) => Float64Array.from(values),
  );
  const temperature = deviation(a);
  if (temperature === 0) return relativeSquaredError(reference, scores);
  const [p, q] = [a, b].map((values) => logSoftmax(values, temperature));
  let sum = 0;
  for (let i = 0; i < p.length; i++) sum += Math.exp(p[i]) * (p[i] - q[i]);
  return Number.isFinite(sum) ? 2 * Math.max(0, sum) : LOST;
}

/** NaN and infinity count as a relative error of 1. */
const LOST = 1;

/** Squared error over the squared reference; 0 where both are 0. */
export function relativeSquaredError(reference: Float32Array, values: Float32Array): number {
  let noise = 0;
  let signal = 0;
  for (let i = 0; i < reference.length; i++) {
    noise += (values[i] - reference[i]) ** 2;
    signal += reference[i] ** 2;
  }
  if (!Number.isFinite(noise)) return LOST;
  return signal > 0 ? noise / signal : noise > 0 ? LOST : 0;
}

/** Probabilities below are clamped, so that logarithms stay finite. */
const MIN_PROBABILITY = 1e-9;

/** Whether scores are probabilities: none below zero, summing to 1. */
export function isDistribution(values: Float32Array): boolean {
  let sum = 0;
  for (const value of values) {
    if (value < 0) return false;
    sum += value;
  }
  return Math.abs(sum - 1) < 1e-3;
}

const logarithms = (values: Float32Array): Float64Array =>
  Float64Array.from(values, (value) => Math.log(Math.max(MIN_PROBABILITY, value)));

function deviation(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

function logSoftmax(values: Float64Array, temperature: number): Float64Array {
  const most = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const exponents = Float64Array.from(values, (value) => (value - most) / temperature);
  const whole = Math.log(exponents.reduce((sum, value) => sum + Math.exp(value), 0));
  return exponents.map((value) => value - whole);
}
