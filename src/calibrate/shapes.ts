import { intAttribute, intsAttribute } from '../onnx/attributes.js';
import type { Graph, Layer, Node } from '../onnx/graph.js';
import type { LayerShape } from './profile.js';

/** Concrete dimensions of a tensor; undefined where they are not known. */
export function dimsOf(graph: Graph, name: string): number[] | undefined {
  const initializer = graph.initializers.get(name);
  if (initializer) return initializer.dims;
  const shape = graph.values.get(name)?.shape ?? graph.inputs.find((input) => input.name === name)?.shape;
  return shape?.every((dim): dim is number => typeof dim === 'number') ? shape : undefined;
}

const product = (dims: readonly number[]) => dims.reduce((a, b) => a * b, 1);

/** Elements of a tensor, 0 where its shape is not known. */
export const elementsOf = (graph: Graph, name: string): number => {
  const dims = dimsOf(graph, name);
  return dims ? product(dims) : 0;
};

type Work = Pick<LayerShape, 'macs' | 'gemm' | 'conv'>;

/** MACs of the operators that multiply matrices, from the shapes of their tensors. */
const WORK: Record<string, (node: Node, graph: Graph) => Work | undefined> = {
  Conv: convWork,
  ConvTranspose: convTransposeWork,
  Gemm: gemmWork,
  MatMul: matmulWork,
  LSTM: (node, graph) => recurrentWork(node, graph, 4),
  GRU: (node, graph) => recurrentWork(node, graph, 3),
  RNN: (node, graph) => recurrentWork(node, graph, 1),
};

/** Shape of a layer for the cost models: all of its nodes together. */
export function layerShape(layer: Layer, graph: Graph): LayerShape {
  const works = layer.nodes.flatMap((index) => {
    const node = graph.nodes[index];
    return (node.domain === '' && WORK[node.op]?.(node, graph)) || [];
  });
  const [main] = works;
  return {
    op: main?.conv && main.conv.groups > 1 && main.conv.groups === main.conv.channels ? 'DepthwiseConv' : layer.op,
    ...(layer.activation !== undefined && layer.activation !== 'Relu' && { activation: layer.activation }),
    inputElements: layer.inputs.reduce((sum, name) => sum + elementsOf(graph, name), 0),
    outputElements: layer.outputs.reduce((sum, name) => sum + elementsOf(graph, name), 0),
    parameters: layer.initializers.reduce((sum, name) => sum + elementsOf(graph, name), 0),
    macs: works.reduce((sum, work) => sum + work.macs, 0),
    ...(main?.gemm && { gemm: main.gemm }),
    ...(main?.conv && { conv: main.conv }),
    ...poolOf(graph.nodes[layer.nodes[0]]),
  };
}

const POOLS = new Set(['MaxPool', 'AveragePool', 'LpPool']);

function poolOf(node: Node): Pick<LayerShape, 'pool'> {
  if (!POOLS.has(node.op) || node.domain !== '') return {};
  const kernel = intsAttribute(node, 'kernel_shape');
  const [kernelHeight, kernelWidth] = lastTwo(kernel);
  const [strideHeight, strideWidth] = lastTwo(
    intsAttribute(
      node,
      'strides',
      kernel.map(() => 1),
    ),
  );
  return { pool: { kernelHeight, kernelWidth, strideHeight, strideWidth } };
}

function convWork(node: Node, graph: Graph): Work | undefined {
  const input = dimsOf(graph, node.inputs[0]);
  const weights = dimsOf(graph, node.inputs[1]);
  const output = dimsOf(graph, node.outputs[0]);
  if (!input || !weights || !output || input.length < 3) return undefined;
  const groups = intAttribute(node, 'group', 1);
  const [filters, channelsPerGroup, ...kernel] = weights;
  const spatial = output.slice(2);
  const strides = intsAttribute(
    node,
    'strides',
    spatial.map(() => 1),
  );
  // One dimension is a picture of height 1; of three, the last two are the picture and the first counts as more
  // windows.
  const [kernelHeight, kernelWidth] = lastTwo(kernel);
  const [strideHeight, strideWidth] = lastTwo(strides);
  const [outputHeight, outputWidth] = lastTwo(spatial);
  const depth = output[0] * product(spatial.slice(0, -2));
  const k = channelsPerGroup * product(kernel);
  return {
    macs: product(output) * k,
    gemm: { m: output[0] * product(spatial), n: filters / groups, k, count: groups },
    conv: {
      // Padding included, as the simulator wants it: what the windows reach.
      inputHeight: ((outputHeight - 1) * strideHeight + kernelHeight) * depth,
      inputWidth: (outputWidth - 1) * strideWidth + kernelWidth,
      channels: channelsPerGroup * groups,
      kernelHeight,
      kernelWidth,
      strideHeight,
      strideWidth,
      filters,
      groups,
    },
  };
}

const lastTwo = (values: number[]): [number, number] =>
  values.length < 2 ? [1, values[0] ?? 1] : [values[values.length - 2], values[values.length - 1]];

function convTransposeWork(node: Node, graph: Graph): Work | undefined {
  const input = dimsOf(graph, node.inputs[0]);
  const weights = dimsOf(graph, node.inputs[1]);
  if (!input || !weights) return undefined;
  const groups = intAttribute(node, 'group', 1);
  const [, filtersPerGroup, ...kernel] = weights;
  const n = filtersPerGroup * product(kernel);
  const m = input[0] * product(input.slice(2));
  const k = input[1] / groups;
  return { macs: m * n * k * groups, gemm: { m, n, k, count: groups } };
}

function gemmWork(node: Node, graph: Graph): Work | undefined {
  const a = dimsOf(graph, node.inputs[0]);
  const output = dimsOf(graph, node.outputs[0]);
  if (!a || !output) return undefined;
  const k = intAttribute(node, 'transA', 0) === 1 ? a[0] : a[a.length - 1];
  const [m, n] = output;
  return { macs: m * n * k, gemm: { m, n, k, count: 1 } };
}

function matmulWork(node: Node, graph: Graph): Work | undefined {
  const [a, b, output] = [dimsOf(graph, node.inputs[0]), dimsOf(graph, node.inputs[1]), dimsOf(graph, node.outputs[0])];
  if (!a || !b || !output) return undefined;
  const k = a[a.length - 1];
  const macs = product(output) * k;
  // One matrix of weights for the whole batch is one tall product; otherwise one product per batch element.
  if (b.length <= 2)
    return { macs, gemm: { m: product(output) / (b.at(-1) ?? 1), n: b.length === 2 ? b[1] : 1, k, count: 1 } };
  const m = a.length > 1 ? a[a.length - 2] : 1;
  const n = b[b.length - 1];
  return { macs, gemm: { m, n, k, count: product(output) / (m * n) } };
}

/** X [steps, batch, input], W [directions, gates*hidden, input], R [directions, gates*hidden, hidden]. */
function recurrentWork(node: Node, graph: Graph, gates: number): Work | undefined {
  const [x, w, r] = node.inputs.map((input) => dimsOf(graph, input));
  if (!x || !w || !r) return undefined;
  const [directions, rows, inputSize] = w;
  const k = inputSize + r[2];
  return {
    macs: x[0] * x[1] * directions * rows * k,
    gemm: { m: x[1], n: (rows / gates) * gates, k, count: x[0] * directions },
  };
}
