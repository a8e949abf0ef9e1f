import type { Graph, Layer } from '../onnx/graph.js';
import { operatorOf } from '../ops/index.js';

/**
 * True where a layer only moves or re-codes values: it slices, reshapes, casts, quantizes, or scales and shifts by
 * constants. An edge side of such layers alone encodes the input and computes nothing of the network.
 */
export const onlyMoves = ({ nodes }: Pick<Layer, 'nodes'>, graph: Graph): boolean =>
  nodes.every((index) => {
    const node = graph.nodes[index];
    return operatorOf(node).moves?.(node, graph) ?? false;
  });

/**
 * Tensors that are an input of the model in another form: all layers before them are ones that {@link onlyMoves}.
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
