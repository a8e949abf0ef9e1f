import { type ChannelView, channelView } from '../numerics/weights.js';
import { floatAttribute, intAttribute } from '../onnx/attributes.js';
import { readFloats } from '../onnx/bytes.js';
import type { Graph, Node } from '../onnx/graph.js';

/** Constant weights of a Conv, Gemm or MatMul as its integer kernel takes them. */
export interface WeightedNode {
  dims: number[];
  /** Axis of the output channels. */
  axis: number;
  view: ChannelView;
  /** One value per output channel; undefined where there is no bias. */
  bias: Float32Array | undefined;
}

/**
 * Reads weights and bias of a node with the role `weighted`. Alpha and beta of a Gemm are folded in.
 * Weights are float32 of shape [M, C/group, ...] (Conv), [N, K] or [K, N] (Gemm), [K, N] (MatMul).
 */
export function readWeights(node: Node, graph: Graph): WeightedNode {
  const weights = graph.initializers.get(node.inputs[1]);
  if (!weights) throw new TypeError(`${node.name} has no constant weights`);
  const axis = node.op === 'Conv' || intAttribute(node, 'transB', 0) === 1 ? 0 : weights.dims.length - 1;
  const values = scaled(readFloats(weights), node.op === 'Gemm' ? floatAttribute(node, 'alpha', 1) : 1);
  const view = channelView(values, weights.dims, axis);
  const biasInput = node.op === 'MatMul' ? undefined : node.inputs[2];
  const biasInitializer = biasInput ? graph.initializers.get(biasInput) : undefined;
  const bias =
    biasInitializer && scaled(readFloats(biasInitializer), node.op === 'Gemm' ? floatAttribute(node, 'beta', 1) : 1);
  return {
    dims: weights.dims,
    axis,
    view,
    bias: bias && (bias.length === 1 ? new Float32Array(view.channels).fill(bias[0]) : bias),
  };
}

const scaled = (values: Float32Array, factor: number) =>
  factor === 1 ? values : values.map((value) => value * factor);
