import { cholesky, solveCholesky } from './cholesky.js';
import { bestScale, descend, nearestPlane, type RoundedRow } from './nearest-plane.js';

/**
 * Second moments of the inputs of a layer over `count` columns: x in the reference model, y in the quantized one.
 * Matrices are size x size, row-major.
 */
export interface Moments {
  size: number;
  count: number;
  /** E[y y^T], centred where the bias takes up the means. */
  hessian: Float64Array;
  /** E[x y^T], centred likewise. */
  cross: Float64Array;
}

export interface RoundingOptions {
  bits: number;
  /** Least scale that a row may have. */
  leastScale: (row: number) => number;
  /** Multiplications that may be spent on all rows together, roughly. */
  work: number;
  /**
   * Ridge that holds the compensating weights to the given ones, one of {@link CARRIES}; infinite: errors of layers
   * before are not compensated.
   */
  carry: number;
}

export interface RoundedWeights {
  codes: Int8Array;
  scales: Float32Array;
}

/** Fractions of the largest magnitude that are tried as the end of the codes. */
const FRACTIONS = [1, 0.94, 0.88, 0.82, 0.76, 0.7, 0.64, 0.58, 0.52, 0.46, 0.4, 0.34, 0.28, 0.22];
const MAX_TRIES = 4;
const RESCALES = 3;
/** Least damping of the diagonal, relative to itself and to its mean (GPTQ takes 1 % of the mean). */
const MIN_DAMPING = 0.01;
const SWEEPS = 3;

/**
 * Rounds a matrix of weights (rows x size) to codes with a scale per row: the least squares of
 * |W x - scale * codes y|^2, so that the layer gives on quantized inputs y what it gave on x. The real solution, held to
 * the given weights by a ridge, compensates errors of the layers before; {@link nearestPlane}, {@link bestScale} and
 * {@link descend} then find its codes.
 */
export function roundWeights(
  weights: Float64Array,
  rows: number,
  moments: Moments,
  options: RoundingOptions,
): RoundedWeights {
  const { size } = moments;
  const { bits, leastScale, work } = options;
  const high = 2 ** (bits - 1) - 1;
  const low = bits < 8 ? -high - 1 : -high;
  const order = columnOrder(moments);
  const targets = carried(weights, rows, moments, options.carry);
  const hessian = damped(moments, moments.hessian, Math.max(MIN_DAMPING, (0.1 * size) / moments.count), order);
  const factor = Float64Array.from(hessian);
  const codes = new Int8Array(rows * size);
  const scales = new Float32Array(rows).fill(1);
  if (!cholesky(factor, size)) throw new RangeError('the damped moments are not positive definite');
  const tries = Math.max(1, Math.min(MAX_TRIES, Math.floor(work / (rows * size * size * 2))));
  for (let row = 0; row < rows; row++) {
    const target = Float64Array.from(order, (column) => targets[row * size + column]);
    const best = roundRow(target, hessian, factor, {
      low,
      high,
      least: Math.max(leastScale(row), Number.MIN_VALUE),
      tries,
    });
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

function roundRow(
  target: Float64Array,
  hessian: Float64Array,
  factor: Float64Array,
  limits: RowLimits,
): RoundedRow | undefined {
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

/** Columns in ascending order of the diagonal: rounding starts with the last, which matters most. */
function columnOrder({ size, hessian }: Moments): number[] {
  const diagonal = Float64Array.from({ length: size }, (_, i) => hessian[i * size + i]);
  return [...diagonal.keys()].sort((a, b) => diagonal[a] - diagonal[b] || a - b);
}

/**
 * A matrix of moments with its columns in an order, and with a share of the hessian's diagonal and a little of its mean
 * added to the diagonal.
 */
function damped(
  { size, hessian }: Moments,
  matrix: Float64Array,
  share: number,
  order?: readonly number[],
): Float64Array {
  const result = Float64Array.from(matrix);
  let mean = 0;
  for (let i = 0; i < size; i++) mean += hessian[i * size + i] / size;
  for (let i = 0; i < size; i++) result[i * size + i] += share * hessian[i * size + i] + MIN_DAMPING * (mean || 1);
  if (!order) return result;
  const arranged = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) arranged[i * size + j] = result[order[i] * size + order[j]];
  return arranged;
}

/** Ridges, as shares of the diagonal, that hold compensating weights to the given ones; infinite: no compensation. */
export const CARRIES = [0.1, 0.3, 1, 3, Number.POSITIVE_INFINITY];

/**
 * Squared error on the held-out moments `tested` of the weights that each of {@link CARRIES} gives on `solved`, without
 * the term that all have in common. Held-out samples keep directions from being learnt that few samples support.
 */
export function carryLosses(weights: Float64Array, rows: number, solved: Moments, tested: Moments): number[] {
  const { size } = solved;
  return CARRIES.map((carry) => {
    const found = carried(weights, rows, solved, carry);
    let loss = 0;
    for (let row = 0; row < rows; row++) {
      const given = weights.subarray(row * size, (row + 1) * size);
      const own = found.subarray(row * size, (row + 1) * size);
      for (let i = 0; i < size; i++) {
        let pull = 0;
        let wanted = 0;
        for (let j = 0; j < size; j++) {
          pull += tested.hessian[i * size + j] * own[j];
          wanted += tested.cross[i * size + j] * own[j];
        }
        loss += own[i] * pull - 2 * given[i] * wanted;
      }
    }
    return loss;
  });
}

/**
 * The real weights that give on y what `weights` give on x: W (E[x y^T] + D) (E[y y^T] + D)^-1, D a share of the
 * diagonal.
 */
function carried(weights: Float64Array, rows: number, moments: Moments, carry: number): Float64Array {
  if (!Number.isFinite(carry)) return weights;
  const { size } = moments;
  const factor = damped(moments, moments.hessian, carry);
  const cross = damped(moments, moments.cross, carry);
  if (!cholesky(factor, size)) return weights;
  const result = new Float64Array(rows * size);
  for (let row = 0; row < rows; row++) {
    const sum = result.subarray(row * size, (row + 1) * size);
    for (let i = 0; i < size; i++) {
      const value = weights[row * size + i];
      if (value !== 0) for (let j = 0; j < size; j++) sum[j] += value * cross[i * size + j];
    }
    solveCholesky(factor, size, sum);
  }
  return result;
}
