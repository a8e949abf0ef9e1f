import { type Moments, roundWeights } from '../../numerics/round-weights.js';
import type { WeightedNode } from '../../targets/weighted.js';
import { codesError, type IntegerWeights, integerBias, leastScale, quantizeWeighted } from '../weights.js';
import { type Columns, rowMeans } from './columns.js';
import type { Gram } from './gram.js';

export interface RefineLayer {
  read: WeightedNode;
  bits: number;
  input: { scale: number; zeroPoint: number };
  /** What the layer reads in the reference network, and behind the layers that are rounded already. */
  x: Columns;
  y: Columns;
  gram: Gram;
  steps: { rounding: 'gptq' | 'nearest'; biasCorrection: boolean };
}

/** Multiplications spent on rounding one layer, roughly. */
const WORK = 2e9;
/** Columns of the moments that are taken together; more are rounded in blocks of so many. */
const MOST_SIZE = 2304;
/** Bits from which rounding to nearest is as good where nothing before was rounded to fewer. */
const WIDE = 8;

/** Rounds the weights of one layer for what it reads. */
export async function refineLayer({ read, bits, input, x, y, gram, steps }: RefineLayer): Promise<IntegerWeights> {
  const nearest = quantizeWeighted(read, bits, input.scale);
  const rows = matrixOf(read);
  const { groups, size } = y;
  const centred = steps.biasCorrection && read.bias !== undefined;
  const isSame = x.codes.every((code, i) => code === y.codes[i]);
  const means = { x: rowMeans(x, input.zeroPoint), y: rowMeans(y, input.zeroPoint) };
  const withGptq = steps.rounding === 'gptq' && size <= MOST_SIZE && !(isSame && bits >= WIDE);
  let { codes, scales } = nearest;
  let outputError: number | null = null;
  if (withGptq) {
    const hessians = await gram.products(y, y, input.zeroPoint);
    const crosses = isSame ? hessians : await gram.products(x, y, input.zeroPoint);
    codes = new Int8Array(codes.length);
    scales = new Float32Array(scales.length);
    const perGroup = scales.length / groups;
    let loss = 0;
    let variance = 0;
    for (let group = 0; group < groups; group++) {
      const hessian = moments(hessians, group, y, centred ? [means.y, means.y] : undefined);
      const cross = isSame ? hessian : moments(crosses, group, y, centred ? [means.x, means.y] : undefined);
      const matrix = rows.subarray(group * perGroup * size, (group + 1) * perGroup * size);
      const found = roundWeights(matrix, perGroup, { size, count: y.count, hessian, cross } satisfies Moments, {
        bits,
        leastScale: (row) => (read.bias ? leastScale(read.bias[group * perGroup + row], input.scale) : 0),
        work: WORK / groups,
      });
      scales.set(found.scales, group * perGroup);
      for (let row = 0; row < perGroup; row++) {
        const channel = group * perGroup + row;
        for (let k = 0; k < size; k++) codes[indexOf(read, channel, k, size)] = found.codes[row * size + k];
        const own = matrix.subarray(row * size, (row + 1) * size);
        const errors = own.map((value, k) => found.codes[row * size + k] * found.scales[row] - value);
        loss += quadratic(hessian, errors);
        variance += quadratic(hessian, own);
      }
    }
    outputError = variance > 0 ? loss / variance : 0;
  }
  const bias = centred ? correctedBias(read, rows, codes, scales, { ...means, size, groups, scale: input.scale }) : read.bias;
  return {
    bits,
    codes,
    scales,
    ...integerBias(bias, scales, input.scale),
    mse: codesError(read, codes, scales),
    steps: { rounding: withGptq ? 'gptq' : 'nearest', biasCorrected: centred, nearestMse: nearest.mse, outputError },
  };
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

/** Second moments of one group, in steps of codes; around the means where they are given. */
function moments(products: Int32Array, group: number, { size, count }: Columns, means?: [Float64Array, Float64Array]): Float64Array {
  const result = new Float64Array(size * size);
  const from = group * size;
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) {
      const product = products[(from + i) * size + j] / count;
      result[i * size + j] = means ? product - means[0][from + i] * means[1][from + j] : product;
    }
  return result;
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
  { x, y, size, groups, scale }: { x: Float64Array; y: Float64Array; size: number; groups: number; scale: number },
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
