/** Scores in 0..1 of the same samples by the float model and by the split. */
export interface PairedScores {
  float: readonly number[];
  quantized: readonly number[];
  /** Set if the score of a set is not a mean: both scores of the set, with each sample counted `weights[i]` times. */
  total?(weights?: ArrayLike<number>): { float: number; quantized: number };
}

/** Both scores of the whole set. */
export function totalOf({ float, quantized, total }: PairedScores): { float: number; quantized: number } {
  const mean = (values: readonly number[]) =>
    values.length === 0 ? 0 : values.reduce((a, b) => a + b, 0) / values.length;
  return total && float.length > 0 ? total() : { float: mean(float), quantized: mean(quantized) };
}

/** Two-sided standard normal quantiles. */
export const Z95 = 1.959963984540054;
export const Z999 = 3.2905267314919255;

/**
 * Confidence interval of the mean drop float - quantized over paired samples. For scores of 0 and 1: Newcombe, Improved
 * confidence intervals for the difference between binomial proportions based on paired data, Statistics in Medicine 17
 * (1998), method 10. Otherwise: percentile bootstrap with a fixed seed; a score that is not a mean is computed again
 * for each resample. Without samples: -1..1.
 * @param z quantile of the confidence level; the bootstrap uses the share that belongs to it
 */
export function dropInterval(scores: PairedScores, z: number = Z95): [number, number] {
  const { float, quantized } = scores;
  if (float.length === 0) return [-1, 1];
  if (scores.total) return datasetBootstrap(scores, z);
  const isBinary = [...float, ...quantized].every((score) => score === 0 || score === 1);
  return isBinary ? newcombe(countPairs(scores), z) : bootstrap(scores, z);
}

/** Counts of pairs: both right, only the float model right, only the split right, both wrong. */
export interface PairCounts {
  both: number;
  floatOnly: number;
  quantizedOnly: number;
  neither: number;
}

function countPairs({ float, quantized }: PairedScores): PairCounts {
  const counts = { both: 0, floatOnly: 0, quantizedOnly: 0, neither: 0 };
  for (const [i, a] of float.entries()) {
    const b = quantized[i];
    counts[a === 1 ? (b === 1 ? 'both' : 'floatOnly') : b === 1 ? 'quantizedOnly' : 'neither']++;
  }
  return counts;
}

/** Newcombe 1998, method 10. */
export function newcombe({ both, floatOnly, quantizedOnly, neither }: PairCounts, z: number): [number, number] {
  const n = both + floatOnly + quantizedOnly + neither;
  const [right1, right2] = [both + floatOnly, both + quantizedOnly];
  const [p1, p2] = [right1 / n, right2 / n];
  const [low1, high1] = wilson(right1, n, z);
  const [low2, high2] = wilson(right2, n, z);
  const phi = correlation(both * neither - floatOnly * quantizedOnly, n, [right1, n - right1, right2, n - right2]);
  const root = (a: number, b: number) => Math.sqrt(Math.max(0, a * a - 2 * phi * a * b + b * b));
  const difference = (floatOnly - quantizedOnly) / n;
  return [difference - root(p1 - low1, high2 - p2), difference + root(high1 - p1, p2 - low2)];
}

/** Correlation of the pairs with the continuity correction of Newcombe; 0 if a margin is empty. */
function correlation(determinant: number, n: number, margins: readonly number[]): number {
  const product = margins.reduce((a, b) => a * b, 1);
  if (product === 0) return 0;
  const corrected = determinant > n / 2 ? determinant - n / 2 : determinant >= 0 ? 0 : determinant;
  return corrected / Math.sqrt(product);
}

/** Wilson score interval of `right` of `n`. */
function wilson(right: number, n: number, z: number): [number, number] {
  const centre = 2 * right + z * z;
  const spread = z * Math.sqrt(z * z + 4 * right * (1 - right / n));
  const scale = 2 * (n + z * z);
  return [(centre - spread) / scale, (centre + spread) / scale];
}

const RESAMPLES = 2000;

function bootstrap({ float, quantized }: PairedScores, z: number): [number, number] {
  const differences = Float64Array.from(float, (score, i) => score - quantized[i]);
  const random = xorshift(0x9e3779b9);
  const means = new Float64Array(RESAMPLES);
  for (let round = 0; round < RESAMPLES; round++) {
    let sum = 0;
    for (let i = 0; i < differences.length; i++) sum += differences[random() % differences.length];
    means[round] = sum / differences.length;
  }
  return percentiles(means.sort(), z);
}

/** Number of resamples for a score that is computed from all samples. */
const DATASET_RESAMPLES = 400;

function datasetBootstrap(scores: PairedScores, z: number): [number, number] {
  const count = scores.float.length;
  const random = xorshift(0x9e3779b9);
  const drops = new Float64Array(DATASET_RESAMPLES);
  for (let round = 0; round < DATASET_RESAMPLES; round++) {
    const weights = new Uint32Array(count);
    for (let i = 0; i < count; i++) weights[random() % count]++;
    const { float, quantized } = scores.total?.(weights) ?? totalOf(scores);
    drops[round] = float - quantized;
  }
  return percentiles(drops.sort(), z);
}

/** Both percentiles of sorted values that belong to a normal quantile. */
function percentiles(sorted: Float64Array, z: number): [number, number] {
  const tail = (1 - normal(z)) * sorted.length;
  return [sorted[Math.floor(tail)], sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length - tail) - 1)]];
}

/** Marsaglia, Xorshift RNGs (2003), 32 bits. */
function xorshift(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/** Standard normal distribution function. */
const normal = (z: number): number => 1 - upperTail(z);

/** 1 - Phi(z) for z >= 0; Abramowitz and Stegun 26.2.17, error below 7.5e-8. */
export function upperTail(z: number): number {
  const t = 1 / (1 + 0.2316419 * z);
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
}
