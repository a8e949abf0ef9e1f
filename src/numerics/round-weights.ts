import { cholesky, solveCholesky } from './cholesky.js';
import { bestScale, descend, nearestPlane, type RoundedRow } from './nearest-plane.js';

/**
 * Second moments of what a layer reads, over `count` columns: x as the reference network gives it, y as the quantized one does.
 * Matrices are size x size, row-major.
 */
export interface Moments {
  size: number;
  count: number;
  /** E[y y^T], centred where the bias takes up the means. */
  hessian: Float64Array;
  /** E[x y^T], centred likewise; the same array as `hessian` where x is y. */
  cross: Float64Array;
}

export interface RoundingOptions {
  bits: number;
  /** The scale of a row may not be below. */
  leastScale: (row: number) => number;
  /** Multiplications that all rows together may take, roughly. */
  work: number;
}

export interface RoundedWeights {
  codes: Int8Array;
  scales: Float32Array;
}

/** Fractions of the largest magnitude that are tried as the end of the codes. */
const FRACTIONS = [1, 0.94, 0.88, 0.82, 0.76, 0.7, 0.64, 0.58, 0.52, 0.46, 0.4, 0.34, 0.28, 0.22];
const MOST_TRIES = Number(process.env.TRIES ?? 4);
const RESCALES = 3;
const SWEEPS = 3;

/**
 * Rounds a matrix of weights (rows x size) to codes with a scale per row such that the layer gives on quantized inputs y what it
 * gave on x: the least squares of |W x - scale * codes y|^2. First the real solution (which makes up for errors of the layers
 * before), then the codes by {@link nearestPlane}, {@link bestScale} and {@link descend}. Directions that few columns speak for
 * hold to the given weights: the diagonal of the moments is weighed up by `size / count`.
 */
export function roundWeights(weights: Float64Array, rows: number, moments: Moments, options: RoundingOptions): RoundedWeights {
  const { size } = moments;
  const { bits, leastScale, work } = options;
  const high = 2 ** (bits - 1) - 1;
  const low = bits < 8 ? -high - 1 : -high;
  const { order, hessian, cross } = prepare(moments);
  const factor = Float64Array.from(hessian);
  const codes = new Int8Array(rows * size);
  const scales = new Float32Array(rows).fill(1);
  if (!cholesky(factor, size)) throw new RangeError('the damped moments are not positive definite');
  const tries = Math.max(1, Math.min(MOST_TRIES, Math.floor(work / (rows * size * size * 2))));
  for (let row = 0; row < rows; row++) {
    const given = Float64Array.from(order, (column) => weights[row * size + column]);
    const target = cross ? carried(given, cross, factor) : given;
    const best = roundRow(target, hessian, factor, { low, high, least: Math.max(leastScale(row), Number.MIN_VALUE), tries });
    if (!best) continue;
    scales[row] = best.scale;
    for (let i = 0; i < size; i++) codes[row * size + order[i]] = best.codes[i];
  }
  return { codes, scales };
}

interface RowLimits {
  low: number;
  high: number;
  least: number;
  tries: number;
}

function roundRow(target: Float64Array, hessian: Float64Array, factor: Float64Array, limits: RowLimits): RoundedRow | undefined {
  const { low, high, least, tries } = limits;
  let magnitude = 0;
  for (const value of target) magnitude = Math.max(magnitude, Math.abs(value));
  if (magnitude === 0) return undefined;
  const float = (scale: number) => Math.max(Math.fround(scale), Math.fround(least));
  const ranked = FRACTIONS.map((fraction) => float((magnitude * fraction) / high))
    .map((scale) => ({ scale, loss: diagonalLoss(target, hessian, scale, low, high) }))
    .sort((a, b) => a.loss - b.loss);
  let best: RoundedRow | undefined;
  const attempt = (scale: number) => {
    const found = nearestPlane(factor, target, scale, low, high);
    if (!best || found.loss < best.loss) best = found;
    return found;
  };
  for (const { scale } of ranked.slice(0, tries)) attempt(scale);
  for (let i = 0; best && tries > 1 && i < RESCALES; i++) {
    const before: RoundedRow = best;
    const scale = bestScale(factor, target, before.codes);
    if (scale === undefined) break;
    attempt(float(scale));
    if (best.loss >= before.loss * (1 - 1e-4)) break;
  }
  return best && tries > 1 ? descend(hessian, target, best, low, high, SWEEPS) : best;
}

/** The loss of rounding to nearest, as far as the diagonal tells. */
function diagonalLoss(target: Float64Array, hessian: Float64Array, scale: number, low: number, high: number): number {
  const size = target.length;
  let loss = 0;
  for (let i = 0; i < size; i++) {
    const error = Math.min(high, Math.max(low, Math.round(target[i] / scale))) * scale - target[i];
    loss += hessian[i * size + i] * error * error;
  }
  return loss;
}

/** Least damping of the diagonal, relative to itself and to its mean (GPTQ takes 1 % of the mean). */
const LEAST_DAMPING = Number(process.env.LEAST ?? 0.01);

/** Moments damped, their columns in ascending order of the diagonal: rounding starts with the last, which matters most. */
function prepare({ size, count, hessian, cross }: Moments): { order: number[]; hessian: Float64Array; cross: Float64Array | undefined } {
  const diagonal = Float64Array.from({ length: size }, (_, i) => hessian[i * size + i]);
  const mean = diagonal.reduce((a, b) => a + b, 0) / size || 1;
  const damping = Math.max(LEAST_DAMPING, (Number(process.env.DAMP ?? 0.1) * size) / count);
  const order = [...diagonal.keys()].sort((a, b) => diagonal[a] - diagonal[b] || a - b);
  const arranged = (matrix: Float64Array) => {
    const result = new Float64Array(size * size);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) result[i * size + j] = matrix[order[i] * size + order[j]];
      result[i * size + i] += damping * diagonal[order[i]] + LEAST_DAMPING * mean;
    }
    return result;
  };
  return { order, hessian: arranged(hessian), cross: cross === hessian || count < size ? undefined : arranged(cross) };
}

/** The real weights that give on y what `row` gives on x: row E[x y^T] E[y y^T]^-1. */
function carried(row: Float64Array, cross: Float64Array, factor: Float64Array): Float64Array {
  const size = row.length;
  const sum = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    const value = row[i];
    if (value === 0) continue;
    for (let j = 0; j < size; j++) sum[j] += value * cross[i * size + j];
  }
  solveCholesky(factor, size, sum);
  return sum;
}
