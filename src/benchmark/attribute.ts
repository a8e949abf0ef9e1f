import type { Graph } from '../onnx/graph.js';
import { layerOfName } from './tagged.js';

/**
 * Layer of each kernel, by name, in the graph that onnxruntime runs of a tagged model. A kernel is of the layer that
 * its name or an output of it tells; what onnxruntime puts between (a change of layout or type) serves the layer that
 * reads it, behind the last layer the one that it reads from.
 */
export function layersOfKernels({ nodes }: Graph): Map<string, number> {
  const layers = nodes.map(
    (node) => layerOfName(node.name) ?? node.outputs.map(layerOfName).find((layer) => layer !== undefined),
  );
  const producer = new Map(nodes.flatMap((node, index) => node.outputs.map((output) => [output, index] as const)));
  // Nodes are sorted: one pass from the end carries a layer to all that only lead to it, one from the start to what is
  // behind it.
  for (let index = nodes.length - 1; index >= 0; index--) {
    const layer = layers[index];
    if (layer === undefined) continue;
    for (const input of nodes[index].inputs) {
      const before = producer.get(input);
      if (before !== undefined) layers[before] ??= layer;
    }
  }
  for (const [index, node] of nodes.entries()) {
    const before = node.inputs
      .map((input) => producer.get(input))
      .find((made) => made !== undefined && layers[made] !== undefined);
    if (before !== undefined) layers[index] ??= layers[before];
  }
  return new Map(
    nodes.flatMap((node, index) => (layers[index] === undefined ? [] : [[node.name, layers[index]] as const])),
  );
}
