import { intAttribute } from '../onnx/attributes.js';
import type { Graph, Node } from '../onnx/graph.js';

/** Operators that move or retype elements and change none. */
const MOVERS = new Set(['Identity', 'Reshape', 'Squeeze', 'Unsqueeze', 'Flatten', 'Transpose', 'Cast']);
/** Operators whose result names something: a place, or a truth. */
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
/** Operators whose integers stand for measured values. */
const MEASURING = new Set(['QuantizeLinear', 'QLinearConv', 'QLinearMatMul', 'QLinearAdd', 'DynamicQuantizeLinear']);

/** The node that makes the elements of a tensor, whatever moved them since. */
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

/** Where the labels that an output holds come from; undefined where the graph does not say that it holds labels. */
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

/** Scores in front of an ArgMax that makes an output: inner tensors to run for {@link describeOutputs}. */
export const scoreTensors = (graph: Graph): string[] => [
  ...new Set(
    graph.outputs.flatMap(({ name }) => {
      const source = labelSource(graph, name);
      return source?.axis === undefined ? [] : [source.scores];
    }),
  ),
];

/** Whether integers of an output stand for values, by the operator that makes them. */
export const measuredIn = (graph: Graph, name: string): boolean => MEASURING.has(originOf(graph, name)?.node.op ?? '');

/** The axis along which the graph itself decides between the elements of an output, by softmax or arg-max. */
export function decidedBy({ nodes }: Graph, name: string, rank: number): number | undefined {
  const node = nodes.find(({ op, inputs }) => inputs[0] === name && ['Softmax', 'LogSoftmax', 'ArgMax'].includes(op));
  return node && (intAttribute(node, 'axis', node.op === 'ArgMax' ? 0 : -1) + rank) % rank;
}
