import { intAttribute } from '../onnx/attributes.js';
import type { Graph, Node } from '../onnx/graph.js';

/** Operators that move elements or change their type, but not their value. */
const MOVERS = new Set(['Identity', 'Reshape', 'Squeeze', 'Unsqueeze', 'Flatten', 'Transpose', 'Cast']);
/** Operators with a label as result: an index, or a truth value. */
const NAMING = new Set([
  'ArgMax',
  'ArgMin',
  'NonZero',
  'NonMaxSuppression',
  'Equal',
  'Greater',
  'GreaterOrEqual',
  'Less',
  'LessOrEqual',
]);
/** Operators with integer results that represent measured values. */
const MEASURING = new Set(['QuantizeLinear', 'QLinearConv', 'QLinearMatMul', 'QLinearAdd', 'DynamicQuantizeLinear']);

/** The node that computes the elements of a tensor, before any moves. */
function originOf(graph: Graph, name: string): { node: Node; tensor: string } | undefined {
  let tensor = name;
  for (let steps = 0; steps <= graph.nodes.length; steps++) {
    const node = graph.nodes.find(({ outputs }) => outputs.includes(tensor));
    if (!node) return undefined;
    if (!MOVERS.has(node.op)) return { node, tensor };
    tensor = node.inputs[0];
  }
  return undefined;
}

/** Where the labels of an output come from; undefined if the graph does not tell that it holds labels. */
export function labelSource(graph: Graph, name: string): { scores: string; axis: number | undefined } | undefined {
  const origin = originOf(graph, name);
  if (!origin) return undefined;
  const { node, tensor } = origin;
  if (node.op === 'TopK' && tensor === node.outputs[1]) return { scores: node.inputs[0], axis: undefined };
  if (!NAMING.has(node.op)) return undefined;
  return {
    scores: node.inputs[0],
    axis: node.op === 'ArgMax' && isComputedFloat(graph, node.inputs[0]) ? intAttribute(node, 'axis', 0) : undefined,
  };
}

function isComputedFloat(graph: Graph, name: string): boolean {
  const isMade = graph.nodes.some(({ outputs }) => outputs.includes(name));
  const fact = graph.values.get(name) ?? graph.outputs.find((output) => output.name === name);
  return isMade && fact?.dtype === 'float32';
}

/** The scores in front of each final ArgMax: inner tensors that {@link describeOutputs} needs. */
export const scoreTensors = (graph: Graph): string[] => [
  ...new Set(
    graph.outputs.flatMap(({ name }) => {
      const source = labelSource(graph, name);
      return source?.axis === undefined ? [] : [source.scores];
    }),
  ),
];

/** Whether integers of an output represent values, by the operator that makes them. */
export const measuredIn = (graph: Graph, name: string): boolean => MEASURING.has(originOf(graph, name)?.node.op ?? '');

/** The axis along which the graph decides between the elements of an output, by softmax or arg-max. */
export function decidedBy({ nodes }: Graph, name: string, rank: number): number | undefined {
  const node = nodes.find(({ op, inputs }) => inputs[0] === name && ['Softmax', 'LogSoftmax', 'ArgMax'].includes(op));
  return node && (intAttribute(node, 'axis', node.op === 'ArgMax' ? 0 : -1) + rank) % rank;
}
