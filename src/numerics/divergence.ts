/**
 * Kullback-Leibler divergence of the classes that two sets of scores say, softmax(reference) from softmax(scores) in nats. Scores that are
 * probabilities already (none below zero, summing to 1) are taken as they are.
 */
export function classDivergence(reference: Float32Array, scores: Float32Array): number {
  const [p, q] = isDistribution(reference) ? [reference, scores].map(probabilities) : [reference, scores].map(softmax);
  let sum = 0;
  for (let i = 0; i < p.length; i++) if (p[i] > 0) sum += p[i] * Math.log(p[i] / Math.max(q[i], LEAST));
  return Math.max(0, sum);
}

/** Squared error over the square of the reference; 0 where both are nothing. */
export function relativeSquaredError(reference: Float32Array, values: Float32Array): number {
  let noise = 0;
  let signal = 0;
  for (let i = 0; i < reference.length; i++) {
    noise += (values[i] - reference[i]) ** 2;
    signal += reference[i] ** 2;
  }
  return signal > 0 ? noise / signal : noise > 0 ? 1 : 0;
}

const LEAST = 1e-12;

function isDistribution(values: Float32Array): boolean {
  let sum = 0;
  for (const value of values) {
    if (value < 0) return false;
    sum += value;
  }
  return Math.abs(sum - 1) < 1e-3;
}

function probabilities(values: Float32Array): Float64Array {
  const kept = Float64Array.from(values, (value) => Math.max(0, value));
  const sum = kept.reduce((a, b) => a + b, 0) || 1;
  return kept.map((value) => value / sum);
}

function softmax(values: Float32Array): Float64Array {
  const most = values.reduce((a, b) => Math.max(a, b), -Infinity);
  const powers = Float64Array.from(values, (value) => Math.exp(value - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((value) => value / sum);
}
