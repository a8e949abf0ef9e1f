import { renameReads } from '../onnx/build.js';
import type { Layer, Model } from '../onnx/graph.js';

const TAG = /^layer(\d+)\|/;

/** The layer that a name tells of. */
export function layerOfName(name: string): number | undefined {
  const [, layer] = TAG.exec(name) ?? [];
  return layer === undefined ? undefined : Number(layer);
}

/** Layer of each node of a network. */
export function layersOfNodes({ graph }: Model, layers: readonly Layer[]): (number | undefined)[] {
  const found: (number | undefined)[] = graph.nodes.map(() => undefined);
  for (const [index, layer] of layers.entries()) for (const node of layer.nodes) found[node] = index;
  return found;
}

/**
 * Layer of each node of the edge graph that was made of a model: by the node it was made from; what quantizes belongs
 * to the layer whose output it is, what dequantizes to the layer that reads it, at either end of the model to the only
 * layer there is.
 */
export function layersOfEdgeNodes(edge: Model, network: Model, layers: readonly Layer[]): (number | undefined)[] {
  const ofModel = layersOfNodes(network, layers);
  const byName = new Map(network.graph.nodes.map((node, index) => [node.name, ofModel[index]]));
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
 * The same model with the number of its layer in the name of every node and of every tensor that a node makes: what
 * onnxruntime makes of them keeps these names, and so tells where it comes from.
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
