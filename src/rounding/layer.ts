import { CARRIES, carryLosses, roundWeights } from '../numerics/round-weights.js';
import type { WeightedNode } from '../targets/weighted.js';
import type { Columns } from './columns.js';
import type { Gram } from './gram.js';
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
/** Weights per output channel up to which least squares are worth their time and memory (42 MB a matrix); beyond, rounding is to nearest. */
const MOST_SIZE = 2304;

/** Groups and rows that decide how much is carried. */
const TESTED_GROUPS = 16;
const TESTED_ROWS = 8;

/** What a layer reads, in sums: on all samples, and on each of two halves of them where there are two. */
export interface LayerStatistics {
  all: Statistics;
  halves?: readonly [Statistics, Statistics];
}

/**
 * Sums over one or two sets of samples.
 * @param sets what the layer reads in the float network, x, and behind the layers that are rounded already, y
 */
export async function gatherHalves(sets: readonly { x: Columns; y: Columns }[], zeroPoint: number, gram: Gram): Promise<LayerStatistics> {
  const [a, b] = await Promise.all(sets.map(({ x, y }) => gather(x, y, zeroPoint, gram)));
  return b ? { all: joined(a, b), halves: [a, b] } : { all: a };
}

/** Rounds the weights of one layer for what it reads. */
export function refineLayer({ read, bits, input, statistics, steps, work = WORK }: RefineLayer): IntegerWeights {
  const nearest = quantizeWeighted(read, bits, input.scale);
  const { all, halves } = statistics;
  const { groups, size } = all;
  const isCentred = steps.biasCorrection && read.bias !== undefined;
  const isGptq = steps.rounding === 'gptq' && size <= MOST_SIZE;
  let { codes, scales } = nearest;
  let outputError: number | null = null;
  const rows = matrixOf(read);
  if (isGptq) {
    const perGroup = scales.length / groups;
    const matrix = (group: number, count: number) => rows.subarray(group * perGroup * size, (group * perGroup + count) * size);
    const carry = halves ? bestCarry(matrix, Math.min(perGroup, TESTED_ROWS), halves, isCentred) : Number.POSITIVE_INFINITY;
    codes = new Int8Array(codes.length);
    scales = new Float32Array(scales.length);
    let [loss, variance] = [0, 0];
    for (let group = 0; group < groups; group++) {
      const moments = momentsOf(all, group, isCentred);
      const found = roundWeights(matrix(group, perGroup), perGroup, moments, {
        bits,
        leastScale: (row) => (read.bias ? leastScale(read.bias[group * perGroup + row], input.scale) : 0),
        work: work / groups,
        carry,
      });
      scales.set(found.scales, group * perGroup);
      for (let row = 0; row < perGroup; row++) {
        const channel = group * perGroup + row;
        const own = rows.subarray(channel * size, (channel + 1) * size);
        for (let k = 0; k < size; k++) codes[indexOf(read, channel, k, size)] = found.codes[row * size + k];
        loss += quadratic(
          moments.hessian,
          own.map((value, k) => found.codes[row * size + k] * found.scales[row] - value),
        );
        variance += quadratic(moments.hessian, own);
      }
    }
    outputError = variance > 0 ? loss / variance : 0;
  }
  const bias = isCentred ? correctedBias(read, rows, codes, scales, all, input.scale) : read.bias;
  return {
    bits,
    codes,
    scales,
    ...integerBias(bias, scales, input.scale),
    mse: codesError(read, codes, scales),
    steps: { rounding: isGptq ? 'gptq' : 'nearest', biasCorrected: isCentred, nearestMse: nearest.mse, outputError },
  };
}

/** How much of the errors before is made up for: what was learnt on one half of the samples must help on the other. */
function bestCarry(
  matrix: (group: number, rows: number) => Float64Array,
  rows: number,
  [solved, tested]: readonly [Statistics, Statistics],
  isCentred: boolean,
): number {
  const sums = CARRIES.map(() => 0);
  const step = Math.ceil(solved.groups / TESTED_GROUPS);
  for (let group = 0; group < solved.groups; group += step) {
    const losses = carryLosses(matrix(group, rows), rows, momentsOf(solved, group, isCentred), momentsOf(tested, group, isCentred));
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

/** The bias that keeps the mean of each output: b + E[W x] - E[W' y] (Nagel et al. 2019, section 4.2, measured on the samples). */
function correctedBias(
  read: WeightedNode,
  rows: Float64Array,
  codes: Int8Array,
  scales: Float32Array,
  { x, y, size, groups }: Statistics,
  scale: number,
): Float64Array {
  const perGroup = scales.length / groups;
  return Float64Array.from(read.bias ?? [], (bias, channel) => {
    const from = Math.floor(channel / perGroup) * size;
    let shift = 0;
    for (let k = 0; k < size; k++)
      shift += rows[channel * size + k] * x[from + k] - codes[indexOf(read, channel, k, size)] * scales[channel] * y[from + k];
    return bias + shift * scale;
  });
}
