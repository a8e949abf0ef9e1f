import { floatAttribute, intAttribute, stringAttribute } from '../onnx/attributes.js';
import type { Graph, Node } from '../onnx/graph.js';
import type { EdgeCapabilities } from './capabilities.js';
import { rangeBounds } from './range.js';

/**
 * How a target runs one operator on 8-bit codes:
 * - `weighted`: integer kernel with constant weights (Conv, Gemm, MatMul): inputs are quantized on demand;
 * - `elementwise`: integer kernel where every activation read is already codes (Add, Concat, pooling, ...);
 * - `through`: moves codes about unchanged (Reshape, MaxPool, ...), so output and input share one quantizer;
 * - `range`: an activation that the range of its output expresses exactly (Relu, Clip): it costs nothing;
 * - `float`: no integer kernel.
 */
export type IntegerRole = 'weighted' | 'elementwise' | 'through' | 'range' | 'float';

type Rule = (node: Node, graph: Graph) => IntegerRole;

const isFloatConstant = (graph: Graph, name: string | undefined) =>
  name !== undefined && graph.initializers.get(name)?.dtype === 'float32';
const isConstant = (graph: Graph, name: string | undefined) => name !== undefined && graph.initializers.has(name);

/** QLinearConv: constant weights; the bias may be left out. */
const conv: Rule = (node, graph) =>
  isFloatConstant(graph, node.inputs[1]) && (!node.inputs[2] || isFloatConstant(graph, node.inputs[2]))
    ? 'weighted'
    : 'float';

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
    bias?.dtype === 'float32' &&
    bias.dims.filter((dim) => dim !== 1).length <= 1 &&
    bias.dims.length <= 2 &&
    (bias.dims.at(-1) ?? 1) > 0
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

/** Operators of which integer kernels can be made: what a target may state of them is that it has none. */
export const INTEGER_OPERATORS: readonly string[] = Object.keys(RULES);

/** The role of a node on a target, as far as the node alone tells. */
export function roleOn({ operators }: Pick<EdgeCapabilities, 'operators'>, node: Node, graph: Graph): IntegerRole {
  return node.domain === '' && operators.includes(node.op) ? (RULES[node.op]?.(node, graph) ?? 'float') : 'float';
}

/** Whether a target has a kernel that runs the node in float. */
export const runsInFloat = (
  { floatOperators }: Pick<EdgeCapabilities, 'floatOperators'>,
  { domain, op }: Node,
): boolean => floatOperators === 'all' || floatOperators.includes(domain === '' ? op : `${domain}.${op}`);
