import { intAttribute, intsAttribute } from '../onnx/attributes.js';
import { dimsOf, product } from '../onnx/dims.js';
import type { Graph, Node } from '../onnx/graph.js';
import { isFloatConstant } from './constants.js';
import type { ChannelRuns, Family, IntegerRole } from './family.js';
import { convIm2col } from './im2col.js';
import type { WeightLayout } from './weight-layout.js';
import { type KindRow, lastTwo, type Work } from './work.js';

/** QLinearConv: constant weights; the bias may be left out. */
const role = (node: Node, graph: Graph): IntegerRole =>
  isFloatConstant(graph, node.inputs[1]) && (!node.inputs[2] || isFloatConstant(graph, node.inputs[2]))
    ? 'weighted'
    : 'float';

/** Weights [M, C/group, ...], output [N, M, ...]. */
const weights: WeightLayout = {
  channelAxis: () => 0,
  outputAxisFromEnd: (dims) => dims.length - 1,
  hasBias: true,
  factors: undefined,
  givesFloat: false,
  im2col: convIm2col,
};

function convWork(node: Node, graph: Graph): Work | undefined {
  const input = dimsOf(graph, node.inputs[0]);
  const weights = dimsOf(graph, node.inputs[1]);
  const output = dimsOf(graph, node.outputs[0]);
  if (!input || !weights || !output || input.length < 3) return undefined;
  const groups = intAttribute(node, 'group', 1);
  const [filters, channelsPerGroup, ...kernel] = weights;
  const channels = channelsPerGroup * groups;
  const spatial = output.slice(2);
  const strides = intsAttribute(
    node,
    'strides',
    spatial.map(() => 1),
  );
  const [kernelHeight, kernelWidth] = lastTwo(kernel);
  const [strideHeight, strideWidth] = lastTwo(strides);
  const [outputHeight, outputWidth] = lastTwo(spatial);
  // The first of three dimensions counts as more windows.
  const depth = output[0] * product(spatial.slice(0, -2));
  const k = channelsPerGroup * product(kernel);
  return {
    macs: product(output) * k,
    gemm: { m: output[0] * product(spatial), n: filters / groups, k, count: groups },
    conv: {
      // Padding included, as the simulator wants it: what the windows reach.
      inputHeight: ((outputHeight - 1) * strideHeight + kernelHeight) * depth,
      inputWidth: (outputWidth - 1) * strideWidth + kernelWidth,
      channels,
      kernelHeight,
      kernelWidth,
      strideHeight,
      strideWidth,
      filters,
      groups,
    },
    ...(groups > 1 && groups === channels && { kind: 'DepthwiseConv' }),
  };
}

/** Every input pixel multiplies the whole kernel; weights [C, M/group, ...]. */
function transposedWork(node: Node, graph: Graph): Work | undefined {
  const input = dimsOf(graph, node.inputs[0]);
  const weights = dimsOf(graph, node.inputs[1]);
  if (!input || !weights) return undefined;
  const groups = intAttribute(node, 'group', 1);
  const [, filtersPerGroup, ...kernel] = weights;
  const n = filtersPerGroup * product(kernel);
  const m = input[0] * product(input.slice(2));
  const k = input[1] / groups;
  return { macs: m * n * k * groups, gemm: { m, n, k, count: groups } };
}

/** Channels up to which the first convolution of a model is one of its own: the window is all there is to sum up. */
const THIN = 4;

/** Lanes of the widest vectors that kernels are written for. */
const LANES = 16;

/** Convolutions differ by what their window makes of them. */
function sortOf({ gemm, window }: KindRow): string {
  if (!gemm || !window) return '';
  const area = window[0] * window[1];
  return gemm[3] > 1 ? 'grouped' : area === 1 ? 'point' : gemm[2] / area <= THIN ? 'thin' : 'window';
}

function isRagged({ gemm, window }: KindRow): boolean {
  if (!gemm || !window) return false;
  const [, filters, k] = gemm;
  const channels = k / (window[0] * window[1]);
  return filters % LANES > 0 || (channels > THIN && channels % LANES > 0);
}

const isRaggedDepthwise = ({ gemm, window }: KindRow): boolean =>
  gemm !== undefined && window !== undefined && gemm[3] % LANES > 0;

/** Runs of weights [M, C/group, ...]. */
const equalisation: ChannelRuns = (node, [filters, perGroup, ...kernel], channels, visit) => {
  const taps = product(kernel);
  const perFilter = filters / intAttribute(node, 'group', 1);
  for (let filter = 0; filter < filters; filter++)
    for (let i = 0; i < perGroup; i++) {
      const start = (filter * perGroup + i) * taps;
      visit((Math.floor(filter / perFilter) * perGroup + i) % channels, start, start + taps);
    }
};

/** Convolutions. */
export const conv: Family = {
  operators: {
    Conv: {
      role,
      weights,
      work: convWork,
      kind: { sortOf, isRagged },
      followers: ['bias', 'activation'],
      equalisation,
    },
    ConvTranspose: {
      role: 'float',
      work: transposedWork,
      kind: { runsAs: 'Conv' },
      followers: ['activation'],
    },
  },
  kinds: { DepthwiseConv: { isRagged: isRaggedDepthwise } },
};
