import type { WeightedNode } from '../ops/weights.js';
import type { Columns } from './columns.js';
import type { Gram } from './gram.js';
import { CARRIES, carryLosses, roundWeights } from './round-weights.js';
import { gather, joined, momentsOf, type Statistics } from './statistics.js';
import { codesError, type IntegerWeights, integerBias, leastScale, quantizeWeighted } from './weights.js';

/** Steps of post-training quantization of weights. */
export interface WeightRounding {
  /** `gptq`: least squares on what the layer reads; `nearest`: each weight by itself. */
  rounding: 'gptq' | 'nearest';
  /** Whether biases take up the mean error of each output. */
  biasCorrection: boolean;
}

export interface RefineLayer {
  read: WeightedNode;
  bits: number;
  input: { scale: number; zeroPoint: number };
  statistics: LayerStatistics;
  steps: WeightRounding;
  /** Multiplications spent on it, roughly. @default 1e9 */
  work?: number;
}

/** Multiplications spent on rounding one layer, roughly. */
const WORK = 1e9;
/**
 * Maximum weights per output channel for least squares, which take 42 MB for a matrix of this size; larger layers are
 * rounded to nearest.
 */
const MAX_SIZE = 2304;

/** Groups and rows on which error compensation is tried. */
const TESTED_GROUPS = 16;
const TESTED_ROWS = 8;

/** Moments of the inputs of a layer over all samples, and over two halves of them. */
export interface LayerStatistics {
  all: Statistics;
  /** Present where errors of the layers before are compensated: one half is held out. */
  halves?: readonly [Statistics, Statistics];
}

/**
 * Sums over one or two sets of samples.
 * @param sets what the layer reads in the float model, x, and behind the layers that are rounded already, y
 */
export async function gatherHalves(
  sets: readonly { x: Columns; y: Columns }[],
  zeroPoint: number,
  gram: Gram,
): Promise<LayerStatistics> {
  const [a, b] = await Promise.all(
    sets.map(({ x, y }) => gather(x, y, zeroPoint, y.size <= MAX_SIZE ? gram : undefined)),
  );
  return b ? { all: joined(a, b), halves: [a, b] } : { all: a };
}

/** Weights of one layer as they are stored. */
export type RoundedLayer = Omit<IntegerWeights, 'mse' | 'steps'>;

/**
 * Rounds the weights of one layer for what it reads.
 * @param nearest them rounded to nearest, where that is known already
 */
export function roundLayer(options: RefineLayer, nearest?: IntegerWeights): RoundedLayer {
  const { read, bits, input, statistics } = options;
  const { codes, scales } = isByLeastSquares(options)
    ? leastSquares(options)
    : (nearest ?? quantizeWeighted(read, bits, input.scale));
  const bias = isCentred(options) ? correctedBias(read, codes, scales, statistics.all, input.scale) : read.bias;
  return { bits, codes, scales, ...integerBias(bias, scales, input.scale) };
}

/** {@link roundLayer}, with the steps that were taken and the error that is left. */
export function refineLayer(options: RefineLayer): IntegerWeights {
  const { read, bits, input } = options;
  const nearest = quantizeWeighted(read, bits, input.scale);
  const rounded = roundLayer(options, nearest);
  const outputError = isByLeastSquares(options) ? errorLeft(options, rounded) : null;
  return {
    ...rounded,
    mse: codesError(read, rounded.codes, rounded.scales),
    steps: {
      rounding: outputError === null ? 'nearest' : 'gptq',
      biasCorrected: isCentred(options),
      nearestMse: nearest.mse,
      outputError,
    },
  };
}

const isCentred = ({ steps, read }: RefineLayer) => steps.biasCorrection && read.bias !== undefined;

const isByLeastSquares = ({ steps, statistics }: RefineLayer) =>
  steps.rounding === 'gptq' && statistics.all.size <= MAX_SIZE;

function leastSquares(options: RefineLayer): Pick<IntegerWeights, 'codes' | 'scales'> {
  const { read, bits, input, statistics, work = WORK } = options;
  const { all, halves } = statistics;
  const { groups, size } = all;
  const { channels, values } = read.view;
  const perGroup = channels / groups;
  const rows = matrixOf(read);
  const matrix = (group: number, count: number) =>
    rows.subarray(group * perGroup * size, (group * perGroup + count) * size);
  const carry = halves
    ? bestCarry(matrix, Math.min(perGroup, TESTED_ROWS), halves, isCentred(options))
    : Number.POSITIVE_INFINITY;
  const codes = new Int8Array(values.length);
  const scales = new Float32Array(channels);
  for (let group = 0; group < groups; group++) {
    const found = roundWeights(matrix(group, perGroup), perGroup, momentsOf(all, group, isCentred(options)), {
      bits,
      leastScale: (row) => (read.bias ? leastScale(read.bias[group * perGroup + row], input.scale) : 0),
      work: work / groups,
      carry,
    });
    scales.set(found.scales, group * perGroup);
    for (let row = 0; row < perGroup; row++)
      for (let k = 0; k < size; k++)
        codes[indexOf(read, group * perGroup + row, k, size)] = found.codes[row * size + k];
  }
  return { codes, scales };
}

/** Squared error of the output of a layer, relative to the variance of the output. */
function errorLeft(options: RefineLayer, { codes, scales }: RoundedLayer): number {
  const { read, statistics } = options;
  const { groups, size } = statistics.all;
  const rows = matrixOf(read);
  const perGroup = scales.length / groups;
  let [loss, variance] = [0, 0];
  for (let group = 0; group < groups; group++) {
    const { hessian } = momentsOf(statistics.all, group, isCentred(options));
    for (let channel = group * perGroup; channel < (group + 1) * perGroup; channel++) {
      const own = rows.subarray(channel * size, (channel + 1) * size);
      const error = own.map((value, k) => codes[indexOf(read, channel, k, size)] * scales[channel] - value);
      loss += quadratic(hessian, error);
      variance += quadratic(hessian, own);
    }
  }
  return variance > 0 ? loss / variance : 0;
}

/** The strength of error compensation that, solved on one half of the samples, leaves least error on the held-out half. */
function bestCarry(
  matrix: (group: number, rows: number) => Float64Array,
  rows: number,
  [solved, tested]: readonly [Statistics, Statistics],
  isCentred: boolean,
): number {
  const sums = CARRIES.map(() => 0);
  const step = Math.ceil(solved.groups / TESTED_GROUPS);
  for (let group = 0; group < solved.groups; group += step) {
    const losses = carryLosses(
      matrix(group, rows),
      rows,
      momentsOf(solved, group, isCentred),
      momentsOf(tested, group, isCentred),
    );
    for (const [i, loss] of losses.entries()) sums[i] += loss;
  }
  const least = Math.min(...sums);
  return CARRIES[sums.lastIndexOf(least)];
}

/** Where weight `k` of an output channel is in the tensor. */
const indexOf = ({ axis, view }: WeightedNode, channel: number, k: number, size: number) =>
  axis === 0 ? channel * size + k : k * view.channels + channel;

/** Weights as a matrix with a row per output channel. */
function matrixOf(read: WeightedNode): Float64Array {
  const { values, channels } = read.view;
  const size = values.length / channels;
  const rows = new Float64Array(values.length);
  for (let channel = 0; channel < channels; channel++)
    for (let k = 0; k < size; k++) rows[channel * size + k] = values[indexOf(read, channel, k, size)];
  return rows;
}

function quadratic(matrix: Float64Array, vector: Float64Array): number {
  const size = vector.length;
  let sum = 0;
  for (let i = 0; i < size; i++) {
    if (vector[i] === 0) continue;
    let inner = 0;
    for (let j = 0; j < size; j++) inner += matrix[i * size + j] * vector[j];
    sum += vector[i] * inner;
  }
  return Math.max(0, sum);
}

/**
 * The bias that keeps the mean of each output: b + E[W x] - E[W' y] (Nagel et al. 2019, section 4.2, measured on the
 * samples).
 */
function correctedBias(
  read: WeightedNode,
  codes: Int8Array,
  scales: Float32Array,
  { x, y, size, groups }: Statistics,
  scale: number,
): Float64Array {
  const rows = matrixOf(read);
  const perGroup = scales.length / groups;
  return Float64Array.from(read.bias ?? [], (bias, channel) => {
    const from = Math.floor(channel / perGroup) * size;
    let shift = 0;
    for (let k = 0; k < size; k++)
      shift +=
        rows[channel * size + k] * x[from + k] - codes[indexOf(read, channel, k, size)] * scales[channel] * y[from + k];
    return bias + shift * scale;
  });
}
