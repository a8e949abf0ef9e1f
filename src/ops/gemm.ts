import { floatAttribute, intAttribute } from '../onnx/attributes.js';
import { dimsOf } from '../onnx/dims.js';
import type { Graph, Node } from '../onnx/graph.js';
import { isFloatConstant } from './constants.js';
import type { Family, IntegerRole } from './family.js';
import { matrixIm2col } from './im2col.js';
import type { WeightLayout } from './weight-layout.js';
import type { Work } from './work.js';

/** QGemm: constant B and C, A not transposed; alpha and beta are folded into them. */
const role = (node: Node, graph: Graph): IntegerRole =>
  intAttribute(node, 'transA', 0) === 0 &&
  floatAttribute(node, 'alpha', 1) > 0 &&
  isFloatConstant(graph, node.inputs[1]) &&
  isVectorOrAbsent(graph, node.inputs[2])
    ? 'weighted'
    : 'float';

function isVectorOrAbsent(graph: Graph, name: string | undefined): boolean {
  if (!name) return true;
  const bias = graph.initializers.get(name);
  return (
    bias?.dtype === 'float32' &&
    bias.dims.filter((dim) => dim !== 1).length <= 1 &&
    bias.dims.length <= 2 &&
    (bias.dims.at(-1) ?? 1) > 0
  );
}

/** Weights [N, K] where transB is set, [K, N] elsewhere. */
const weights: WeightLayout = {
  channelAxis: (node, dims) => (intAttribute(node, 'transB', 0) === 1 ? 0 : dims.length - 1),
  outputAxisFromEnd: () => 1,
  hasBias: true,
  factors: { weights: 'alpha', bias: 'beta' },
  givesFloat: true,
  im2col: (_, input) => matrixIm2col(input),
};

function work(node: Node, graph: Graph): Work | undefined {
  const a = dimsOf(graph, node.inputs[0]);
  const output = dimsOf(graph, node.outputs[0]);
  if (!a || !output) return undefined;
  const k = intAttribute(node, 'transA', 0) === 1 ? a[0] : a[a.length - 1];
  const [m, n] = output;
  return { macs: m * n * k, gemm: { m, n, k, count: 1 } };
}

/** Fully connected layers with a bias. */
export const gemm: Family = { operators: { Gemm: { role, weights, work, followers: ['activation'] } } };
