import { renameReads } from '../onnx/build.js';
import type { Layer, Model } from '../onnx/graph.js';

const TAG = /^layer(\d+)\|/;

/** The layer in the tag of a name; undefined without a tag. */
export function layerOfName(name: string): number | undefined {
  const [, layer] = TAG.exec(name) ?? [];
  return layer === undefined ? undefined : Number(layer);
}

/** Layer of each node of a model. */
export function layersOfNodes({ graph }: Model, layers: readonly Layer[]): (number | undefined)[] {
  const found: (number | undefined)[] = graph.nodes.map(() => undefined);
  for (const [index, layer] of layers.entries()) for (const node of layer.nodes) found[node] = index;
  return found;
}

/**
 * Layer of each node of an edge graph, by the name of the node in the original model. A QuantizeLinear belongs to the
 * layer that writes its input, a DequantizeLinear to the layer that reads its output; at the ends of the model, to the
 * only neighbouring layer.
 */
export function layersOfEdgeNodes(edge: Model, original: Model, layers: readonly Layer[]): (number | undefined)[] {
  const ofModel = layersOfNodes(original, layers);
  const byName = new Map(original.graph.nodes.map((node, index) => [node.name, ofModel[index]]));
  const { nodes } = edge.graph;
  const found = nodes.map((node) => byName.get(node.name));
  const producer = new Map(nodes.flatMap((node, index) => node.outputs.map((output) => [output, index] as const)));
  const reader = new Map<string, number>();
  for (const [index, node] of nodes.entries())
    for (const input of node.inputs) if (!reader.has(input)) reader.set(input, index);
  const made = (index: number): number | undefined => {
    const before = producer.get(nodes[index].inputs[0]);
    return before === undefined ? undefined : (found[before] ?? made(before));
  };
  const read = (index: number): number | undefined => {
    const after = reader.get(nodes[index].outputs[0]);
    return after === undefined ? undefined : (found[after] ?? read(after));
  };
  return nodes.map(
    ({ op }, index) =>
      found[index] ?? (op === 'QuantizeLinear' ? (made(index) ?? read(index)) : (read(index) ?? made(index))),
  );
}

/**
 * The model with a tag of the layer in the name of each node and of each tensor that a node writes. onnxruntime keeps
 * these names when it optimises the graph, so its kernels can be mapped to layers.
 */
export function tagged(model: Model, layerOf: readonly (number | undefined)[]): Model {
  const { graph } = model;
  const tag = (name: string, index: number) =>
    layerOf[index] === undefined || name === '' ? name : `layer${layerOf[index]}|${name}`;
  const names = new Map(
    graph.nodes.flatMap((node, index) => node.outputs.map((output) => [output, tag(output, index)] as const)),
  );
  const nodes = graph.nodes.map((node, index) => ({
    ...renameReads(node, names),
    name: tag(node.name, index),
    outputs: node.outputs.map((output) => names.get(output) ?? output),
  }));
  const outputs = graph.outputs.map((output) => ({ ...output, name: names.get(output.name) ?? output.name }));
  return { ...model, graph: { ...graph, nodes, outputs, values: new Map() } };
}
