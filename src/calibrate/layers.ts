import { ERROR_BITS, roundSignificant } from '../numerics/round.js';
import { weightError } from '../numerics/weights.js';
import { elementsOf } from '../onnx/dims.js';
import { bitsOf } from '../onnx/element.js';
import type { Graph, Layer, Node } from '../onnx/graph.js';
import type { IntegerGraph } from '../ops/integer.js';
import { readWeights } from '../ops/weights.js';
import { nearestQuantizer } from '../ptq/weights.js';
import type { LayerProfile } from './profile.js';
import { layerShape } from './shapes.js';

/** Facts of the weights of a node. */
export interface WeightFacts {
  elements: number;
  channels: number;
  biasElements: number;
  meanSquare: number;
}

/** The same with the mean squared error of the weights at a bit-width, D_w of Auto-Split. */
export interface WeightError extends WeightFacts {
  error: number;
}

/** Facts and errors of the weights of a node, by bits. */
export function weightErrors(node: Node, graph: Graph, bits: readonly number[]): Map<number, WeightError> {
  const { view, bias } = readWeights(node, graph);
  const facts = {
    elements: view.values.length,
    channels: view.channels,
    biasElements: bias?.length ?? 0,
    meanSquare: view.values.reduce((sum, value) => sum + value * value, 0) / Math.max(1, view.values.length),
  };
  const error = (width: number) => roundSignificant(weightError(view, nearestQuantizer(view, width)), ERROR_BITS);
  return new Map(bits.map((width) => [width, { ...facts, error: error(width) }]));
}

/** The node of a layer whose weights are quantized, by its index in the graph. */
export const weightedNode = ({ nodes }: Layer, { roles }: IntegerGraph): number | undefined =>
  nodes.find((index) => roles[index] === 'weighted');

/**
 * Shape, weights and the error table D_w of one layer.
 * @param weights by bits, of its {@link weightedNode}; empty where it has none
 */
export function layerProfile(
  layer: Layer,
  graph: Graph,
  integer: IntegerGraph,
  weights: ReadonlyMap<number, WeightError>,
): LayerProfile {
  const weighted = weightedNode(layer, integer);
  const main = layer.nodes.find((index) => integer.roles[index] !== 'range') ?? layer.nodes[0];
  const facts: WeightFacts = weights.values().next().value ?? {
    elements: 0,
    channels: 0,
    biasElements: 0,
    meanSquare: 0,
  };
  const taken = new Set(weighted === undefined ? [] : graph.nodes[weighted].inputs.slice(1));
  const plain = layer.initializers.flatMap((name) => (taken.has(name) ? [] : (graph.initializers.get(name) ?? [])));
  return {
    name: layer.name,
    shape: layerShape(layer, graph),
    integer: integer.roles[main] !== 'float' || weighted !== undefined,
    weightElements: facts.elements,
    weightChannels: facts.channels,
    biasElements: facts.biasElements,
    plainBytes: plain.reduce((sum, { name, dtype }) => sum + (elementsOf(graph, name) * (bitsOf(dtype) ?? 32)) / 8, 0),
    weightErrors: new Map([...weights].map(([width, { error }]) => [width, error])),
    weightMeanSquare: facts.meanSquare,
  };
}
