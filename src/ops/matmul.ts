import { dimsOf, product } from '../onnx/dims.js';
import type { Graph, Node } from '../onnx/graph.js';
import { isConstant, isFloatConstant } from './constants.js';
import type { Family, IntegerRole } from './family.js';
import { matrixIm2col } from './im2col.js';
import type { WeightLayout } from './weight-layout.js';
import type { Work } from './work.js';

/** QLinearMatMul and MatMulIntegerToFloat: one matrix of weights, or two activations. */
function role({ inputs: [a, b] }: Node, graph: Graph): IntegerRole {
  if (isFloatConstant(graph, a)) return 'float';
  if (!isFloatConstant(graph, b)) return isConstant(graph, b) ? 'float' : 'elementwise';
  return graph.initializers.get(b)?.dims.length === 2 ? 'weighted' : 'float';
}

/** Weights [..., K, N]. */
const weights: WeightLayout = {
  channelAxis: (_, dims) => dims.length - 1,
  outputAxisFromEnd: () => 1,
  hasBias: false,
  factors: undefined,
  givesFloat: true,
  im2col: (_, input) => matrixIm2col(input),
};

function work(node: Node, graph: Graph): Work | undefined {
  const [a, b, output] = [dimsOf(graph, node.inputs[0]), dimsOf(graph, node.inputs[1]), dimsOf(graph, node.outputs[0])];
  if (!a || !b || !output) return undefined;
  const k = a[a.length - 1];
  const macs = product(output) * k;
  // One matrix of weights for the whole batch is one tall product; otherwise one product per batch element.
  const n = b.length > 1 ? b[b.length - 1] : 1;
  if (b.length <= 2) return { macs, gemm: { m: product(output) / n, n, k, count: 1 } };
  const m = a.length > 1 ? a[a.length - 2] : 1;
  return { macs, gemm: { m, n, k, count: product(output) / (m * n) } };
}

/** Products of matrices. */
export const matmul: Family = { operators: { MatMul: { role, weights, work, followers: ['bias', 'activation'] } } };
