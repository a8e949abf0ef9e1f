import type { Graph } from '../onnx/graph.js';
import { layerOfName } from './tagged.js';

/**
 * Maps each kernel of onnxruntime's optimised graph of a tagged model to a layer, by the tag in its name or in that of
 * an output. Kernels that onnxruntime inserts (changes of layout or type) belong to the layer that reads them, or,
 * after the last layer, to the layer that they read.
 */
export function layersOfKernels({ nodes }: Graph): Map<string, number> {
  const layers = nodes.map(
    (node) => layerOfName(node.name) ?? node.outputs.map(layerOfName).find((layer) => layer !== undefined),
  );
  const producer = new Map(nodes.flatMap((node, index) => node.outputs.map((output) => [output, index] as const)));
  // Nodes are in topological order: the backward pass assigns untagged producers to their reader, the forward pass the
  // rest to their producer.
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
