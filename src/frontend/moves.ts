import { stringAttribute } from '../onnx/attributes.js';
import type { Graph, Layer, Node } from '../onnx/graph.js';

type Rule = (node: Node, graph: Graph) => boolean;

const always: Rule = () => true;
/** Looking values up in a constant table is an embedding, which has weights. */
const ofVariable: Rule = (node, graph) => !graph.initializers.has(node.inputs[0]);
const nearest: Rule = (node) => stringAttribute(node, 'mode', 'nearest') === 'nearest';
/** One variable operand: each value is scaled or shifted by a constant. */
const byConstants: Rule = (node, graph) =>
  node.inputs.filter((name) => name !== '' && !graph.initializers.has(name)).length === 1;

/** Operators of ai.onnx that give the values they read elsewhere, in another type or on another scale. */
const MOVING: Readonly<Record<string, Rule>> = {
  Identity: always,
  Dropout: always,
  Reshape: always,
  Flatten: always,
  Squeeze: always,
  Unsqueeze: always,
  Transpose: always,
  Slice: always,
  Split: always,
  Concat: always,
  Pad: always,
  Expand: always,
  Tile: always,
  DepthToSpace: always,
  SpaceToDepth: always,
  ReverseSequence: always,
  Gather: ofVariable,
  GatherElements: ofVariable,
  GatherND: ofVariable,
  Resize: nearest,
  Upsample: nearest,
  Cast: always,
  CastLike: always,
  QuantizeLinear: always,
  DequantizeLinear: always,
  DynamicQuantizeLinear: always,
  Add: byConstants,
  Sub: byConstants,
  Mul: byConstants,
  Div: byConstants,
  BatchNormalization: byConstants,
};

/**
 * True where a layer only moves or re-codes values: it slices, reshapes, casts, quantizes, or scales and shifts by
 * constants. An edge half of such layers alone encodes the input and computes nothing of the network.
 */
export const onlyMoves = ({ nodes }: Pick<Layer, 'nodes'>, graph: Graph): boolean =>
  nodes.every((index) => {
    const node = graph.nodes[index];
    return node.domain === '' && (MOVING[node.op]?.(node, graph) ?? false);
  });

/**
 * Tensors that are an input of the model in another form: nothing but layers that {@link onlyMoves} lies before them.
 */
export function movedInputs(layers: readonly Layer[], graph: Graph): Set<string> {
  const given = new Set(graph.inputs.map(({ name }) => name));
  const moved = new Set<string>();
  for (const layer of layers) {
    if (!onlyMoves(layer, graph) || !layer.inputs.every((name) => given.has(name) || moved.has(name))) continue;
    for (const output of layer.outputs) moved.add(output);
  }
  return moved;
}
