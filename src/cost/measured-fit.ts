/**
 * Interpolation among measured layers. Seconds are a sum of parts that grow with the size of the layer,
 *
 *   t = w0 + w1 * MACs + w2 * inputs + w3 * outputs + w4 * parameters + w5 * window,
 *
 * where the last four count elements (bytes, up to the width of the precision), and `window` those that all windows of
 * a convolution or pooling read, one by one: M * K of the product. Where nothing is multiplied, parameters are inputs.
 * The weights are the non-negative ones that fit the rows best by relative error: so time is never negative, and never
 * falls where any of these grows. Roofline reasoning (Williams et al., CACM 2009) with a sum instead of a maximum, as
 * in Neurosurgeon's regression by layer type (Kang et al., ASPLOS 2017, section 4.1).
 */
export interface Sized {
  /** Of inputs, outputs and parameters. */
  elements: readonly [number, number, number];
  macs: number;
  gemm?: readonly [m: number, n: number, k: number, count: number];
  /** Kernel height and width, and strides. */
  window?: readonly [number, number, number, number];
}

export interface TimedRow extends Sized {
  seconds: number;
}

export interface Model {
  /** Seconds per unit of each part. */
  weights: readonly number[];
  /** Share of the layers that take time at all: others are computed on the way by the kernel of their neighbour. */
  share: number;
}

function partsOf({ elements: [inputs, outputs, parameters], macs, gemm, window }: Sized): number[] {
  if (macs === 0) return [1, 0, inputs + parameters, outputs, 0, window ? outputs * window[0] * window[1] : 0];
  return [1, macs, inputs, outputs, parameters, gemm ? gemm[0] * gemm[2] * gemm[3] : 0];
}

const PARTS = ['fixed', 'macs', 'inputs', 'outputs', 'parameters', 'window'] as const;
export type Part = (typeof PARTS)[number];

/** Seconds of a layer by a model. */
export function predict({ weights, share }: Model, row: Sized): number {
  return share * dot(partsOf(row), weights);
}

/**
 * Fits a model to rows, of which there is at least one.
 * @param prior of similar layers: decides, at the level of the rows, what these are too few to tell
 */
export function fitModel(rows: readonly TimedRow[], prior?: Model): Model {
  const timed = rows.filter((row) => row.seconds > 0);
  // Each row says: the parts, over the seconds measured, sum up to 1.
  const lines = timed.map((row) => partsOf(row).map((part) => part / row.seconds));
  const ones = timed.map(() => 1);
  const start = prior && atLevelOf(lines, ones, prior.weights);
  // The level is that of the rows, whatever drew the parts.
  return { share: timed.length / rows.length, weights: atLevelOf(lines, ones, fitLines(lines, ones, start)) };
}

/** A layer, and what it would take without something that slows it down. */
export interface SlowedRow extends TimedRow {
  rest: number;
}

/**
 * Fits what is left of the time of rows beside `rest`, which is no less than nothing. A model of nothing where there
 * are no rows.
 */
export function fitRest(rows: readonly SlowedRow[], partsUsed: readonly Part[] = PARTS): Model {
  const timed = rows.filter((row) => row.seconds > 0);
  const lines = timed.map((row) =>
    partsOf(row).map((part, i) => (partsUsed.includes(PARTS[i]) ? part / row.seconds : 0)),
  );
  const missing = timed.map(({ seconds, rest }) => (seconds - rest) / seconds);
  return { share: 1, weights: fitLines(lines, missing) };
}

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + value * b[i], 0);

/** Weights times the factor at which they fit the lines best. */
function atLevelOf(lines: readonly number[][], target: readonly number[], weights: readonly number[]): number[] {
  const sums = lines.map((line) => dot(line, weights));
  const squares = dot(sums, sums);
  const level = squares > 0 ? Math.max(0, dot(sums, target)) / squares : 0;
  return weights.map((weight) => weight * level);
}

/**
 * Non-negative weights with which the lines come near their targets. A part that no line has keeps what it starts with.
 */
function fitLines(
  lines: readonly number[][],
  target: readonly number[],
  start: readonly number[] = PARTS.map(() => 0),
): number[] {
  const norms = PARTS.map((_, i) => Math.sqrt(lines.reduce((sum, line) => sum + line[i] * line[i], 0)));
  const columns = norms.map((norm, i) => lines.map((line) => (norm > 0 ? line[i] / norm : 0)));
  const solved = nonNegative(
    columns.map((a) => columns.map((b) => dot(a, b))),
    columns.map((column) => dot(column, target)),
    norms.map((norm, i) => norm * start[i]),
  );
  return solved.map((value, i) => (norms[i] > 0 ? value / norms[i] : start[i]));
}

/** How much what is known of similar layers counts beside the rows themselves, of which all together count 1. */
const START_WEIGHT = 0.02;
const SWEEPS = 5000;
const TOLERANCE = 1e-12;

/**
 * Least squares over non-negative values, drawn towards `start`, by coordinate descent (Franc, Hlavac and Navara,
 * "Sequential Coordinate-Wise Algorithm for the Non-negative Least Squares Problem", CAIP 2005).
 */
function nonNegative(gram: readonly number[][], target: readonly number[], start: readonly number[]): number[] {
  const values = [...start];
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let change = 0;
    for (const [i, row] of gram.entries()) {
      const rest = dot(row, values) - row[i] * values[i];
      const value = Math.max(0, (target[i] - rest + START_WEIGHT * start[i]) / (row[i] + START_WEIGHT));
      change = Math.max(change, Math.abs(value - values[i]));
      values[i] = value;
    }
    if (change < TOLERANCE) break;
  }
  return values;
}
