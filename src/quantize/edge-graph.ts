import type { ActivationQuantizer } from '../numerics/range.js';
import { quantizerOf } from '../numerics/range.js';
import { stringAttribute } from '../onnx/attributes.js';
import { int, makeInitializer, makeNode, nameMaker, renameReads } from '../onnx/build.js';
import { readFloats } from '../onnx/bytes.js';
import type { Fact, Initializer, Layer, Model, Node } from '../onnx/graph.js';
import { readNames } from '../onnx/scope.js';
import type { IntegerWeights, WeightSteps } from '../ptq/weights.js';
import type { IntegerGraph } from '../targets/integer.js';
import { readWeights, type WeightedNode } from '../targets/weighted.js';

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

/** A node with weights in the edge graph, for those who change its weights. */
export interface WeightedPlace {
  /** Index in the model's own graph. */
  node: number;
  layer: number;
  /** The codes it reads, and the first node of the edge graph that runs behind them. */
  codes: string;
  start: number;
  input: Pick<ActivationQuantizer, 'scale' | 'zeroPoint'>;
  /** Initializers of the edge graph; the last two only where there is a bias. */
  names: { codes: string; scales: string; bias?: string; biasScales?: string };
}

export interface EdgeGraphOptions {
  model: Model;
  layers: readonly Layer[];
  /** Layers on the edge. */
  edge: ReadonlySet<number>;
  integer: IntegerGraph;
  /** Weights of a node, given how its input is quantized. */
  weights: (node: number, layer: number, read: WeightedNode, inputScale: number) => IntegerWeights;
  /** 8-bit quantizer of a owner tensor. */
  quantizer: (owner: string) => Pick<ActivationQuantizer, 'scale' | 'zeroPoint'>;
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
 * Writes the edge half as a QDQ graph of which onnxruntime makes integer kernels: one DequantizeLinear per use, a
 * QuantizeLinear right behind each integer node, Relu and Clip expressed by the range of the quantizer, and operators
 * that only move values working on the codes themselves.
 */
export function edgeGraph(options: EdgeGraphOptions): EdgeGraph {
  const { model, layers, edge, integer } = options;
  const { graph } = model;
  const nodes: Node[] = [];
  const initializers = new Map<string, Initializer>();
  const newName = nameMaker(graph);
  const weights: QuantizedWeights[] = [];
  const places: WeightedPlace[] = [];
  /** Float tensor that holds a value, where one does. */
  const floats = new Map<string, string>(graph.inputs.map((input) => [input.name, input.name]));
  const codeTensors = new Map<string, string>();
  const quantizerNames = new Map<string, [string, string]>();
  const layerOf = new Map(layers.flatMap((layer, index) => layer.nodes.map((node) => [node, index] as const)));

  const add = (op: string, inputs: string[], output: string, attributes = {}) => {
    nodes.push(makeNode(op, inputs, [output], attributes));
    return output;
  };
  const constant = (wanted: string, values: Parameters<typeof makeInitializer>[1], dims?: number[]) => {
    const name = newName(wanted);
    initializers.set(name, makeInitializer(name, values, dims));
    return name;
  };
  const keep = (name: string) => {
    const initializer = graph.initializers.get(name);
    if (initializer) initializers.set(name, initializer);
  };
  const ownerOf = (tensor: string) => integer.codes.get(tensor)?.owner ?? tensor;
  const quantizerInputs = (tensor: string): [string, string] => {
    const owner = ownerOf(tensor);
    let names = quantizerNames.get(owner);
    if (!names) {
      const { scale, zeroPoint } = options.quantizer(owner);
      names = [
        constant(`${owner}_scale`, Float32Array.of(scale)),
        constant(`${owner}_zero_point`, Uint8Array.of(zeroPoint)),
      ];
      quantizerNames.set(owner, names);
    }
    return names;
  };
  const quantize = (tensor: string, float: string) => {
    const name = add('QuantizeLinear', [float, ...quantizerInputs(tensor)], newName(`${tensor}_quantized`));
    codeTensors.set(tensor, name);
    return name;
  };
  const codesOf = (tensor: string) => codeTensors.get(tensor) ?? quantize(tensor, floatOf(tensor));
  /** A float copy for one reader. */
  const dequantized = (tensor: string) =>
    add('DequantizeLinear', [codesOf(tensor), ...quantizerInputs(tensor)], newName(`${tensor}_dequantized`));
  const floatOf = (tensor: string): string => {
    const float = floats.get(tensor);
    if (float !== undefined) return float;
    return codeTensors.has(tensor) ? dequantized(tensor) : tensor;
  };
  /**
   * An integer node's own float output: the tensor's name is kept for the model output that may be dequantized from it.
   */
  const floatName = (tensor: string) => (integer.codes.has(tensor) ? newName(`${tensor}_float`) : tensor);
  /** Records what an integer node gives: codes where the tensor lives as codes, else floats. */
  const produced = (tensor: string, float: string) => {
    if (integer.codes.has(tensor)) quantize(tensor, float);
    else floats.set(tensor, float);
  };

  const emitWeighted = (index: number, layer: number) => {
    const node = graph.nodes[index];
    const read = readWeights(node, graph);
    const input = options.quantizer(ownerOf(node.inputs[0]));
    const quantized = options.weights(index, layer, read, input.scale);
    const codes = codesOf(node.inputs[0]);
    const start = nodes.length;
    const axis = { axis: int(read.axis) };
    const zeros = new Int8Array(quantized.scales.length);
    const name = constant(`${node.inputs[1]}_quantized`, quantized.codes, read.dims);
    const weightInputs = [
      name,
      constant(`${name}_scale`, quantized.scales, [zeros.length]),
      constant(`${name}_zero_point`, zeros, [zeros.length]),
    ];
    const names: WeightedPlace['names'] = { codes: name, scales: weightInputs[1] };
    const inputs = [
      dequantized(node.inputs[0]),
      add('DequantizeLinear', weightInputs, newName(`${name}_dequantized`), axis),
    ];
    if (quantized.bias && quantized.biasScales) {
      const bias = constant(`${node.inputs[2]}_quantized`, quantized.bias, [zeros.length]);
      const biasInputs = [
        bias,
        constant(`${bias}_scale`, quantized.biasScales, [zeros.length]),
        constant(`${bias}_zero_point`, new Int32Array(zeros.length), [zeros.length]),
      ];
      inputs.push(add('DequantizeLinear', biasInputs, newName(`${bias}_dequantized`), { axis: int(0) }));
      names.bias = bias;
      names.biasScales = biasInputs[1];
    }
    places.push({ node: index, layer, codes, start, input, names });
    weights.push({
      layer: layers[layer].name,
      initializer: node.inputs[1],
      name,
      bits: quantized.bits,
      axis: read.axis,
      dims: read.dims,
      scales: quantized.scales,
      mse: quantized.mse,
      steps: quantized.steps,
    });
    const attributes = new Map([...node.attributes].filter(([key]) => key !== 'alpha' && key !== 'beta'));
    const output = floatName(node.outputs[0]);
    nodes.push({ ...node, inputs, outputs: [output], attributes });
    produced(node.outputs[0], output);
  };

  const emitElementwise = (node: Node) => {
    const inputs = node.inputs.map((input) => {
      const initializer = graph.initializers.get(input);
      return initializer && initializer.dtype === 'float32' ? dequantizedConstant(initializer) : dequantized(input);
    });
    const output = floatName(node.outputs[0]);
    nodes.push({ ...node, inputs, outputs: [output] });
    produced(node.outputs[0], output);
  };

  const dequantizedConstant = (initializer: Initializer) => {
    const values = readFloats(initializer);
    const [low, high] = values.reduce(
      ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
      [0, 0],
    );
    const { scale, zeroPoint } = quantizerOf(low, high, 8);
    const codes = Uint8Array.from(values, (value) => Math.min(255, Math.max(0, Math.round(value / scale) + zeroPoint)));
    const name = constant(`${initializer.name}_quantized`, codes, initializer.dims);
    const inputs = [
      name,
      constant(`${name}_scale`, Float32Array.of(scale)),
      constant(`${name}_zero_point`, Uint8Array.of(zeroPoint)),
    ];
    return add('DequantizeLinear', inputs, newName(`${name}_dequantized`));
  };

  const emitThrough = (node: Node) => {
    const [data, ...rest] = node.inputs;
    for (const input of rest) keep(input);
    const inputs = [codesOf(data), ...rest];
    // What is padded is zero, and zero is the zero-point.
    if (node.op === 'Pad' && stringAttribute(node, 'mode', 'constant') === 'constant')
      inputs[2] = quantizerInputs(data)[1];
    const outputs = node.outputs.map((output) => (output === '' ? '' : newName(`${output}_quantized`)));
    for (const [i, output] of node.outputs.entries()) if (output !== '') codeTensors.set(output, outputs[i]);
    nodes.push({ ...node, inputs, outputs });
  };

  const emitFloat = (node: Node) => {
    const reads = new Map(readNames(node).map((name) => [name, graph.initializers.has(name) ? name : floatOf(name)]));
    for (const name of reads.keys()) keep(name);
    nodes.push(renameReads(node, reads));
    for (const output of node.outputs) if (output !== '') floats.set(output, output);
  };

  for (const [index, node] of graph.nodes.entries()) {
    const layer = layerOf.get(index);
    if (layer === undefined || !edge.has(layer)) continue;
    const role = integer.roles[index];
    if (role === 'weighted') emitWeighted(index, layer);
    else if (role === 'elementwise') emitElementwise(node);
    else if (role === 'through') emitThrough(node);
    else if (role === 'range') produced(node.outputs[0], floatOf(node.inputs[0]));
    else emitFloat(node);
  }

  const crossingOutputs = new Map<string, string>();
  for (const tensor of options.crossing) {
    const isFloat = graph.values.get(tensor)?.dtype === 'float32';
    crossingOutputs.set(tensor, isFloat ? codesOf(tensor) : tensor);
  }
  const outputs: Fact[] = [...crossingOutputs].map(([tensor, name]) => {
    const fact = graph.values.get(tensor);
    return name === tensor && fact ? fact : { name, dtype: 'uint8', shape: fact?.shape };
  });
  const made = new Set([...edge].flatMap((layer) => layers[layer].outputs));
  const modelOutputs = graph.outputs.filter((output) => made.has(output.name));
  for (const output of modelOutputs) {
    // Named apart: exporters name nodes after their outputs, and no two nodes may share a name.
    if (!floats.has(output.name)) {
      const inputs = [codesOf(output.name), ...quantizerInputs(output.name)];
      nodes.push({
        ...makeNode('DequantizeLinear', inputs, [output.name]),
        name: newName(`${output.name}_dequantized`),
      });
    }
    if (!outputs.some((other) => other.name === output.name)) outputs.push(output);
  }

  const reads = new Set(nodes.flatMap(readNames));
  const inputs = graph.inputs.filter((input) => reads.has(input.name));
  return {
    model: { ...model, graph: { ...graph, nodes, inputs, outputs, initializers, values: new Map() } },
    weights,
    places,
    codes: new Set(codeTensors.values()),
    crossingOutputs,
    inputs: inputs.map((input) => input.name),
    outputs: modelOutputs.map((output) => output.name),
  };
}
