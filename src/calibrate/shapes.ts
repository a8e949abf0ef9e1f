import { elementsOf } from '../onnx/dims.js';
import type { Graph, Layer } from '../onnx/graph.js';
import { operatorOf, timingOf } from '../ops/index.js';
import type { LayerShape } from './profile.js';

/** Shape of a layer for the cost models: all of its nodes together, windows and products those of the first. */
export function layerShape(layer: Layer, graph: Graph): LayerShape {
  const works = layer.nodes.flatMap((index) => {
    const node = graph.nodes[index];
    const { work } = operatorOf(node);
    return work === 'elements' ? [] : (work(node, graph) ?? []);
  });
  const [{ kind, macs: _, ...main } = { macs: 0 }] = works;
  const elements = (names: readonly string[]) => names.reduce((sum, name) => sum + elementsOf(graph, name), 0);
  return {
    op: kind ?? layer.op,
    ...(layer.activation !== undefined && timingOf(layer.activation) !== 'never' && { activation: layer.activation }),
    inputElements: elements(layer.inputs),
    outputElements: elements(layer.outputs),
    parameters: elements(layer.initializers),
    macs: works.reduce((sum, work) => sum + work.macs, 0),
    ...main,
  };
}
