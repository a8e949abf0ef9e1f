import { roundHalfEven } from '../numerics/round.js';

/** Codes of one row of weights with the squared error that they leave. */
export interface RoundedRow {
  scale: number;
  codes: Float64Array;
  /** |R (scale * codes - target)|^2. */
  loss: number;
}

/**
 * Rounds a row of weights to codes in [low, high] such that |R (scale * code - target)|^2 is small: from the last
 * column to the first, each takes up the error that those before it made. This is GPTQ (Frantar et al. 2022, algorithm
 * 1) in the form of Babai's nearest plane, which needs one Cholesky factor and no inverse; with R diagonal it is
 * rounding to nearest.
 */
export function nearestPlane(
  factor: Float64Array,
  target: Float64Array,
  scale: number,
  low: number,
  high: number,
): RoundedRow {
  const size = target.length;
  const codes = new Float64Array(size);
  const errors = new Float64Array(size);
  let loss = 0;
  for (let i = size - 1; i >= 0; i--) {
    const start = i * size;
    let pull = 0;
    for (let j = i + 1; j < size; j++) pull += factor[start + j] * errors[j];
    const diagonal = factor[start + i];
    const code = Math.min(high, Math.max(low, roundHalfEven((target[i] - pull / diagonal) / scale)));
    codes[i] = code;
    errors[i] = code * scale - target[i];
    const residual = diagonal * errors[i] + pull;
    loss += residual * residual;
  }
  return { scale, codes, loss };
}

/**
 * The scale with the least loss for given codes: <R codes, R target> / <R codes, R codes>; undefined where the codes
 * are all zero.
 */
export function bestScale(factor: Float64Array, target: Float64Array, codes: Float64Array): number | undefined {
  const size = target.length;
  let product = 0;
  let norm = 0;
  for (let i = 0; i < size; i++) {
    let code = 0;
    let value = 0;
    for (let j = i; j < size; j++) {
      const r = factor[i * size + j];
      code += r * codes[j];
      value += r * target[j];
    }
    product += code * value;
    norm += code * code;
  }
  return norm > 0 && product > 0 ? product / norm : undefined;
}

/**
 * Changes one code after the other to what is best with all others as they are, until none changes or `sweeps` are
 * over; the loss never grows. `hessian` is R^T R, row-major and symmetric.
 */
export function descend(
  hessian: Float64Array,
  target: Float64Array,
  row: RoundedRow,
  low: number,
  high: number,
  sweeps: number,
): RoundedRow {
  const size = target.length;
  const { scale } = row;
  const codes = Float64Array.from(row.codes);
  const slope = new Float64Array(size);
  for (let j = 0; j < size; j++) {
    const error = codes[j] * scale - target[j];
    if (error !== 0) for (let i = 0; i < size; i++) slope[i] += hessian[j * size + i] * error;
  }
  let { loss } = row;
  for (let sweep = 0, moved = true; moved && sweep < sweeps; sweep++) {
    moved = false;
    for (let i = 0; i < size; i++) {
      const curvature = hessian[i * size + i];
      const code = Math.min(high, Math.max(low, roundHalfEven(codes[i] - slope[i] / (curvature * scale))));
      const step = (code - codes[i]) * scale;
      const gain = step * (2 * slope[i] + curvature * step);
      if (code === codes[i] || !(gain < -1e-9 * loss)) continue;
      for (let j = 0; j < size; j++) slope[j] += hessian[i * size + j] * step;
      codes[i] = code;
      loss += gain;
      moved = true;
    }
  }
  return { scale, codes, loss: Math.max(0, loss) };
}
