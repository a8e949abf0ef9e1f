import { type ChannelView, channelView } from '../numerics/weights.js';
import { floatAttribute } from '../onnx/attributes.js';
import { readFloats } from '../onnx/bytes.js';
import type { Graph, Initializer, Node } from '../onnx/graph.js';
import { type BoundedMap, boundedMap } from '../util/bounded.js';
import type { Im2col } from './im2col.js';
import { operatorOf } from './index.js';
import type { WeightLayout } from './weight-layout.js';

/** What is known of the constant weights of a node before they are read. */
export interface WeightShape {
  dims: number[];
  /** Axis of the output channels. */
  axis: number;
  /** Output channels. */
  channels: number;
  hasBias: boolean;
}

/** Constant weights of a node as its integer kernel takes them. */
export interface WeightedNode {
  dims: number[];
  /** Axis of the output channels. */
  axis: number;
  view: ChannelView;
  /** One value per output channel; undefined where there is no bias. */
  bias: Float32Array | undefined;
}

/** Maximum bytes of decoded weights that are held per graph. */
const HELD_BYTES = 128 * 2 ** 20;
const held = new WeakMap<Graph, BoundedMap<{ node: Node; read: WeightedNode }>>();

/** Shape of the weights of a node with the role `weighted`. */
export function weightShape(node: Node, graph: Graph): WeightShape {
  const layout = layoutOf(node);
  const { dims } = weightsOf(node, graph);
  const axis = layout.channelAxis(node, dims);
  return { dims, axis, channels: dims[axis], hasBias: biasOf(node, graph) !== undefined };
}

/**
 * Reads weights and bias of a node with the role `weighted`, multiplied by the factors of the node. Calibration,
 * rounding and the table read the same weights, so what was decoded is held with its graph.
 */
export function readWeights(node: Node, graph: Graph): WeightedNode {
  const known = held.get(graph) ?? boundedMap(HELD_BYTES, ({ read }) => read.view.values.byteLength);
  held.set(graph, known);
  const found = known.get(node.name);
  if (found?.node === node) return found.read;
  const read = decodeWeights(node, graph);
  known.set(node.name, { node, read });
  return read;
}

function decodeWeights(node: Node, graph: Graph): WeightedNode {
  const weights = weightsOf(node, graph);
  const { dims, axis } = weightShape(node, graph);
  const factors = weightFactors(node);
  const view = channelView(scaled(readFloats(weights), factors.weights), dims, axis);
  const initializer = biasOf(node, graph);
  const bias = initializer && scaled(readFloats(initializer), factors.bias);
  return {
    dims,
    axis,
    view,
    bias: bias && (bias.length === 1 ? new Float32Array(view.channels).fill(bias[0]) : bias),
  };
}

function weightsOf(node: Node, graph: Graph): Initializer {
  const weights = graph.initializers.get(node.inputs[1]);
  if (!weights) throw new TypeError(`${node.name} has no constant weights`);
  return weights;
}

const biasOf = (node: Node, graph: Graph): Initializer | undefined =>
  layoutOf(node).hasBias && node.inputs[2] ? graph.initializers.get(node.inputs[2]) : undefined;

/** What a node multiplies its weights and its bias by. */
export function weightFactors(node: Node): { weights: number; bias: number } {
  const { factors } = layoutOf(node);
  return factors
    ? { weights: floatAttribute(node, factors.weights, 1), bias: floatAttribute(node, factors.bias, 1) }
    : { weights: 1, bias: 1 };
}

/** Attributes of a node whose weights contain its factors. */
export function withoutFactors(node: Node): Node['attributes'] {
  const { factors } = layoutOf(node);
  return new Map([...node.attributes].filter(([name]) => name !== factors?.weights && name !== factors?.bias));
}

/** What a node reads for each output position; padding is `zeroPoint`. Shapes as in ONNX. */
export const im2colOf = (node: Node, input: readonly number[], weights: readonly number[], zeroPoint: number): Im2col =>
  layoutOf(node).im2col(node, input, weights, zeroPoint);

function layoutOf(node: Node): WeightLayout {
  const { weights } = operatorOf(node);
  if (!weights) throw new TypeError(`${node.op} has no weights`);
  return weights;
}

const scaled = (values: Float32Array, factor: number) =>
  factor === 1 ? values : values.map((value) => value * factor);
