import { makeNode } from '../onnx/build.js';
import type { Fact, Layer, Model } from '../onnx/graph.js';
import { readNames } from '../onnx/scope.js';
import type { IntegerGraph } from '../ops/integer.js';
import { readWeights, type WeightedNode, type WeightShape, weightShape } from '../ops/weights.js';
import type { IntegerWeights, WeightSteps } from '../ptq/weights.js';
import { type CodeQuantizer, codesOf, type Draft, ownerOf, quantizerInputs, startDraft } from './draft.js';
import { type EmittedWeights, emitElementwise, emitFloat, emitRange, emitThrough, emitWeighted } from './emit.js';

/** Weights of one layer as they were quantized, for the table. */
export interface QuantizedWeights {
  layer: string;
  initializer: string;
  /** Name in the edge model. */
  name: string;
  bits: number;
  axis: number;
  dims: number[];
  scales: Float32Array;
  mse: number;
  steps: WeightSteps;
}

/** A node with weights in the edge graph, and the initializers to replace to change its weights. */
export interface WeightedPlace extends EmittedWeights {
  /** Index in the model's own graph. */
  node: number;
  layer: number;
  input: CodeQuantizer;
}

/** The float weights of a node. */
export interface WeightSource extends WeightShape {
  read(): WeightedNode;
}

export interface EdgeGraphOptions {
  model: Model;
  layers: readonly Layer[];
  /** Layers on the edge. */
  edge: ReadonlySet<number>;
  integer: IntegerGraph;
  /** Integer weights of a node, given how its input is quantized. Float weights are read on demand. */
  weights: (node: number, layer: number, source: WeightSource, inputScale: number) => IntegerWeights;
  /** 8-bit quantizer of an owner tensor. */
  quantizer: (owner: string) => CodeQuantizer;
  /** Crossing tensors made by edge layers: those of type float32 leave as codes, the others as they are. */
  crossing: readonly string[];
}

export interface EdgeGraph {
  model: Model;
  weights: QuantizedWeights[];
  /** In the order of the graph. */
  places: WeightedPlace[];
  /** Tensors of the edge graph that hold codes. */
  codes: ReadonlySet<string>;
  /** Crossing tensor -> output of the edge model that carries it. */
  crossingOutputs: Map<string, string>;
  /** Network inputs the edge model reads. */
  inputs: string[];
  /** Network outputs the edge model gives. */
  outputs: string[];
}

/**
 * Writes the edge side as a QDQ graph of which onnxruntime makes integer kernels: one DequantizeLinear per use, a
 * QuantizeLinear right behind each integer node, Relu and Clip expressed by the range of the quantizer, and operators
 * that only move values working on the codes themselves.
 */
export function edgeGraph(options: EdgeGraphOptions): EdgeGraph {
  const { model, layers, edge, integer, quantizer, crossing } = options;
  const { graph } = model;
  const draft = startDraft(graph, integer, quantizer);
  const weighted = emitNodes(draft, options);
  const crossingOutputs = crossingTensors(draft, crossing);
  const made = new Set([...edge].flatMap((layer) => layers[layer].outputs));
  const modelOutputs = graph.outputs.filter((output) => made.has(output.name));
  for (const { name } of modelOutputs) giveFloats(draft, name);
  const reads = new Set(draft.nodes.flatMap(readNames));
  const inputs = graph.inputs.filter((input) => reads.has(input.name));
  const outputs = allOutputs(draft, crossingOutputs, modelOutputs);
  const { nodes, initializers } = draft;
  return {
    model: { ...model, graph: { ...graph, nodes, inputs, outputs, initializers, values: new Map() } },
    weights: weighted.map(({ weights }) => weights),
    places: weighted.map(({ place }) => place),
    codes: new Set(draft.codes.values()),
    crossingOutputs,
    inputs: inputs.map((input) => input.name),
    outputs: modelOutputs.map((output) => output.name),
  };
}

interface EmittedNode {
  weights: QuantizedWeights;
  place: WeightedPlace;
}

/** Writes all nodes of the edge in the order of the graph, each by its role. */
function emitNodes(draft: Draft, options: EdgeGraphOptions): EmittedNode[] {
  const { layers, edge, integer } = options;
  const layerOf = new Map(layers.flatMap((layer, index) => layer.nodes.map((node) => [node, index] as const)));
  const weighted: EmittedNode[] = [];
  for (const [index, node] of draft.graph.nodes.entries()) {
    const layer = layerOf.get(index);
    if (layer === undefined || !edge.has(layer)) continue;
    const role = integer.roles[index];
    if (role === 'weighted') weighted.push(quantizeNode(draft, index, layer, options));
    else if (role === 'elementwise') emitElementwise(draft, node);
    else if (role === 'through') emitThrough(draft, node);
    else if (role === 'range') emitRange(draft, node);
    else emitFloat(draft, node);
  }
  return weighted;
}

/** Quantizes the weights of a node and writes it. */
function quantizeNode(
  draft: Draft,
  index: number,
  layer: number,
  { layers, quantizer, weights }: EdgeGraphOptions,
): EmittedNode {
  const node = draft.graph.nodes[index];
  const shape = weightShape(node, draft.graph);
  const input = quantizer(ownerOf(draft, node.inputs[0]));
  const source = { ...shape, read: () => readWeights(node, draft.graph) };
  const integer = weights(index, layer, source, input.scale);
  const { bits, scales, mse, steps } = integer;
  const emitted = emitWeighted(draft, node, shape, integer);
  return {
    place: { node: index, layer, input, ...emitted },
    weights: {
      layer: layers[layer].name,
      initializer: node.inputs[1],
      name: emitted.names.codes,
      bits,
      axis: shape.axis,
      dims: shape.dims,
      scales,
      mse,
      steps,
    },
  };
}

/** Output that carries each crossing tensor: codes of a float tensor, others as they are. */
function crossingTensors(draft: Draft, crossing: readonly string[]): Map<string, string> {
  const isFloat = (tensor: string) => draft.graph.values.get(tensor)?.dtype === 'float32';
  return new Map(crossing.map((tensor) => [tensor, isFloat(tensor) ? codesOf(draft, tensor) : tensor]));
}

/** Makes an output of the network a float tensor of its own name. */
function giveFloats(draft: Draft, output: string): void {
  if (draft.floats.has(output)) return;
  const inputs = [codesOf(draft, output), ...quantizerInputs(draft, output)];
  // Named apart: exporters name nodes after their outputs, and no two nodes may share a name.
  const node = makeNode('DequantizeLinear', inputs, [output]);
  draft.nodes.push({ ...node, name: draft.newName(`${output}_dequantized`) });
}

/** What crosses, then the outputs of the network, each name once. */
function allOutputs(
  { graph }: Draft,
  crossingOutputs: ReadonlyMap<string, string>,
  modelOutputs: readonly Fact[],
): Fact[] {
  const crossing = [...crossingOutputs].map(([tensor, name]): Fact => {
    const fact = graph.values.get(tensor);
    return name === tensor && fact ? fact : { name, dtype: 'uint8', shape: fact?.shape };
  });
  const names = new Set(crossing.map(({ name }) => name));
  return [...crossing, ...modelOutputs.filter(({ name }) => !names.has(name))];
}
