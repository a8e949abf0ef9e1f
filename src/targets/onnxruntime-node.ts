import { floatAttribute, intAttribute, stringAttribute } from '../onnx/attributes.js';
import type { Graph, Node } from '../onnx/graph.js';
import type { EdgeTarget, IntegerRole } from './edge-target.js';
import { rangeBounds } from './range.js';

type Rule = (node: Node, graph: Graph) => IntegerRole;

const isFloatConstant = (graph: Graph, name: string | undefined) => name !== undefined && graph.initializers.get(name)?.dtype === 'float32';
const isConstant = (graph: Graph, name: string | undefined) => name !== undefined && graph.initializers.has(name);

/** QLinearConv: constant weights; the bias may be left out. */
const conv: Rule = (node, graph) =>
  isFloatConstant(graph, node.inputs[1]) && (!node.inputs[2] || isFloatConstant(graph, node.inputs[2])) ? 'weighted' : 'float';

/** QGemm: constant B and C, A not transposed; alpha and beta are folded into them. */
const gemm: Rule = (node, graph) =>
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
    bias?.dtype === 'float32' && bias.dims.filter((dim) => dim !== 1).length <= 1 && bias.dims.length <= 2 && (bias.dims.at(-1) ?? 1) > 0
  );
}

/** QLinearMatMul and MatMulIntegerToFloat: one matrix of weights, or two activations. */
const matmul: Rule = (node, graph) => {
  const [a, b] = node.inputs;
  if (isFloatConstant(graph, a)) return 'float';
  if (!isFloatConstant(graph, b)) return isConstant(graph, b) ? 'float' : 'elementwise';
  return graph.initializers.get(b)?.dims.length === 2 ? 'weighted' : 'float';
};

/** QLinearAdd, QLinearMul: a constant operand is quantized to 8 bits too. */
const binary: Rule = (node, graph) =>
  node.inputs.every((input) => !isConstant(graph, input) || isFloatConstant(graph, input)) ? 'elementwise' : 'float';

const elementwise: Rule = () => 'elementwise';
const through: Rule = () => 'through';

/** QLinearAveragePool has no ceil_mode. */
const averagePool: Rule = (node) => (intAttribute(node, 'ceil_mode', 0) === 0 ? 'elementwise' : 'float');

/** The uint8 kernel gives no indices. */
const maxPool: Rule = (node) => (node.outputs.length === 1 ? 'through' : 'float');

/** Padding with the value 0 is padding with the zero-point. */
const pad: Rule = (node, graph) => {
  const value = node.inputs[2];
  const zero = !value || isZero(graph, value);
  return zero || stringAttribute(node, 'mode', 'constant') !== 'constant' ? 'through' : 'float';
};

function isZero(graph: Graph, name: string): boolean {
  const data = graph.initializers.get(name)?.data;
  return data?.kind === 'memory' && data.bytes.every((byte) => byte === 0);
}

const resize: Rule = (node) =>
  stringAttribute(node, 'mode', 'nearest') === 'nearest' && node.inputs[1] !== undefined ? 'through' : 'float';

/** Constant bounds that contain zero can be the bounds of a quantizer, which always represents zero. */
const clip: Rule = (node, graph) => {
  if (!node.inputs.slice(1).every((bound) => bound === '' || isFloatConstant(graph, bound))) return 'float';
  const { low, high } = rangeBounds(node, graph);
  return low <= 0 && high >= 0 ? 'range' : 'float';
};

const RULES: Record<string, Rule> = {
  Conv: conv,
  Gemm: gemm,
  MatMul: matmul,
  Add: binary,
  Mul: binary,
  Concat: elementwise,
  AveragePool: averagePool,
  GlobalAveragePool: elementwise,
  LeakyRelu: elementwise,
  Sigmoid: elementwise,
  MaxPool: maxPool,
  Reshape: through,
  Flatten: through,
  Squeeze: through,
  Unsqueeze: through,
  Transpose: through,
  Slice: through,
  Split: through,
  Gather: through,
  Expand: through,
  DepthToSpace: through,
  SpaceToDepth: through,
  Pad: pad,
  Resize: resize,
  Relu: () => 'range',
  Clip: clip,
};

/** onnxruntime in Node.js: integer kernels at 8-bit activations; weights of fewer bits are unpacked to int8 when the bundle loads. */
export const onnxruntimeNode: EdgeTarget = {
  name: 'onnxruntime-node',
  side: 'edge',
  description: 'Node.js with onnxruntime: integer kernels, weights unpacked to int8 in memory',
  weightBits: [2, 3, 4, 5, 6, 7, 8],
  activationBits: [8],
  encodings: ['deflate', 'brotli', 'arithmetic', 'png', 'jpeg', 'webp'],
  packages: ['onnxruntime-node'],
  kernels: 'native',
  role: (node, graph) => (node.domain === '' ? (RULES[node.op]?.(node, graph) ?? 'float') : 'float'),
};
