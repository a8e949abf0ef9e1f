import { ERROR_BITS, roundSignificant } from '../numerics/round.js';
import { searchWeightQuantizer, weightError } from '../numerics/weights.js';
import { bitsOf } from '../onnx/element.js';
import type { Graph, Layer } from '../onnx/graph.js';
import type { IntegerGraph } from '../targets/integer.js';
import { readWeights } from '../targets/weighted.js';
import type { LayerProfile } from './profile.js';
import { elementsOf, layerShape } from './shapes.js';

/** Shape, weights and the error table D_w of one layer; the weights are in memory only meanwhile. */
export function layerProfile(layer: Layer, graph: Graph, integer: IntegerGraph, bits: readonly number[]): LayerProfile {
  const shape = layerShape(layer, graph);
  const weighted = layer.nodes.map((index) => graph.nodes[index]).find((_, i) => integer.roles[layer.nodes[i]] === 'weighted');
  const main = layer.nodes.find((index) => integer.roles[index] !== 'range') ?? layer.nodes[0];
  const profile: LayerProfile = {
    name: layer.name,
    shape,
    integer: integer.roles[main] !== 'float' || weighted !== undefined,
    weightElements: 0,
    weightChannels: 0,
    biasElements: 0,
    plainBytes: 0,
    weightErrors: new Map(),
    weightMeanSquare: 0,
  };
  const taken = new Set<string>();
  if (weighted) {
    const { view, bias } = readWeights(weighted, graph);
    for (const input of weighted.inputs.slice(1)) taken.add(input);
    profile.weightElements = view.values.length;
    profile.weightChannels = view.channels;
    profile.biasElements = bias?.length ?? 0;
    profile.weightMeanSquare = view.values.reduce((sum, value) => sum + value * value, 0) / Math.max(1, view.values.length);
    for (const width of bits)
      profile.weightErrors.set(width, roundSignificant(weightError(view, searchWeightQuantizer(view, width)), ERROR_BITS));
  }
  for (const name of layer.initializers) {
    const initializer = graph.initializers.get(name);
    if (initializer && !taken.has(name)) profile.plainBytes += (elementsOf(graph, name) * (bitsOf(initializer.dtype) ?? 32)) / 8;
  }
  return profile;
}
