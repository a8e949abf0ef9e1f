import type { Graph, Layer, Node } from '../onnx/graph.js';
import { readNames } from '../onnx/scope.js';
import type { Follower } from '../ops/family.js';
import { operatorOf } from '../ops/index.js';

/** Nodes that follow a layer's last tensor and belong to it. */
interface Tail {
  /** Node indices, ascending. */
  nodes: number[];
  output: string;
  activation?: string;
}

interface Context {
  graph: Graph;
  /** Indices of the nodes that read a tensor, once for each time it is read. */
  readers: ReadonlyMap<string, number[]>;
  outputs: ReadonlySet<string>;
}

/** Finds what follows the tensor `tail`, made by the main node `main`. */
type Rule = (context: Context, tail: string, main: Node) => Tail | undefined;

/** The one node that reads a tensor, where nothing else sees it. */
function onlyReader({ graph, readers, outputs }: Context, tensor: string): [number, Node] | undefined {
  const indices = readers.get(tensor) ?? [];
  if (indices.length !== 1 || outputs.has(tensor)) return undefined;
  const node = graph.nodes[indices[0]];
  return node.outputs.length === 1 && node.inputs.includes(tensor) ? [indices[0], node] : undefined;
}

/** An activation of one input; every other input must be constant. */
const activation =
  (onlyClipping: boolean): Rule =>
  (context, tail) => {
    const [index, node] = onlyReader(context, tail) ?? [];
    const fused = node && operatorOf(node).activation;
    if (index === undefined || !fused || (onlyClipping && !fused.isClipping) || node.inputs[0] !== tail)
      return undefined;
    if (!node.inputs.slice(1).every((name) => name === '' || context.graph.initializers.has(name))) return undefined;
    return { nodes: [index], output: node.outputs[0], activation: node.op };
  };

/** x * gate(x), as exporters write SiLU and HardSwish. */
const gated: Rule = ({ graph, readers, outputs }, tail) => {
  const indices = readers.get(tail) ?? [];
  if (indices.length !== 2 || outputs.has(tail)) return undefined;
  const [first, second] = [...indices].sort((a, b) => a - b);
  const [gate, product] = [graph.nodes[first], graph.nodes[second]];
  const name = operatorOf(gate).activation?.gates;
  const [gateOutput] = gate.outputs;
  if (name === undefined || gate.inputs[0] !== tail || outputs.has(gateOutput)) return undefined;
  const gateReaders = readers.get(gateOutput) ?? [];
  if (operatorOf(product).joins !== 'product' || gateReaders.length !== 1 || gateReaders[0] !== second)
    return undefined;
  if (!product.inputs.includes(tail) || !product.inputs.includes(gateOutput)) return undefined;
  return { nodes: [first, second], output: product.outputs[0], activation: name };
};

/** A sum with a constant of one value for each output channel (or one for all), which widens nothing. */
const bias: Rule = (context, tail, main) => {
  const [index, node] = onlyReader(context, tail) ?? [];
  if (index === undefined || !node || operatorOf(node).joins !== 'sum') return undefined;
  const { initializers } = context.graph;
  const addend = initializers.get(node.inputs[0] === tail ? node.inputs[1] : node.inputs[0]);
  const weights = initializers.get(main.inputs[1]);
  const layout = operatorOf(main).weights;
  if (!addend || !weights || !layout || addend.dims.length > weights.dims.length) return undefined;
  const channels = weights.dims[layout.channelAxis(main, weights.dims)];
  const fromEnd = layout.outputAxisFromEnd(weights.dims);
  const fits = addend.dims.every(
    (dim, axis) => dim === 1 || (addend.dims.length - axis === fromEnd && dim === channels),
  );
  return fits ? { nodes: [index], output: node.outputs[0] } : undefined;
};

/** Of each step the first rule that matches. */
const RULES: Readonly<Record<Follower, readonly Rule[]>> = {
  bias: [bias],
  activation: [activation(false), gated],
  clipping: [activation(true)],
};

/**
 * Groups nodes into layers, each node into exactly one: a layer is a main node with the bias and activation behind it,
 * as far as nothing else reads the tensors between them. Outputs of the model are never inside a layer. In topological
 * order.
 */
export function fuse(graph: Graph): Layer[] {
  const outputs = new Set(graph.outputs.map((output) => output.name));
  const readers = readersOf(graph);
  const context: Context = { graph, readers, outputs };
  const taken = new Uint8Array(graph.nodes.length);
  const layers: Layer[] = [];
  graph.nodes.forEach((main, index) => {
    if (taken[index]) return;
    const nodes = [index];
    let tail = main.outputs[0];
    let fused: string | undefined;
    const { followers = [] } = operatorOf(main);
    for (const step of main.outputs.length === 1 ? followers : []) {
      const follower = RULES[step].map((rule) => rule(context, tail, main)).find((found) => found !== undefined);
      if (!follower) continue;
      nodes.push(...follower.nodes);
      tail = follower.output;
      fused = follower.activation;
    }
    for (const node of nodes) taken[node] = 1;
    layers.push(describe(context, nodes, fused));
  });
  return layers;
}

/** Bodies of control flow read what they capture. */
function readersOf(graph: Graph): Map<string, number[]> {
  const readers = new Map<string, number[]>();
  graph.nodes.forEach((node, index) => {
    const names = [...node.inputs, ...readNames(node).filter((name) => !node.inputs.includes(name))];
    for (const name of names) {
      if (name === '') continue;
      const list = readers.get(name);
      if (list) list.push(index);
      else readers.set(name, [index]);
    }
  });
  return readers;
}

function describe({ graph, readers, outputs }: Context, nodes: number[], fused: string | undefined): Layer {
  const main = graph.nodes[nodes[0]];
  const inside = new Set(nodes);
  const made = new Set<string>();
  const inputs = new Set<string>();
  const initializers = new Set<string>();
  for (const index of nodes) {
    const node = graph.nodes[index];
    for (const name of readNames(node)) {
      if (graph.initializers.has(name)) initializers.add(name);
      else if (!made.has(name)) inputs.add(name);
    }
    for (const output of node.outputs) if (output !== '') made.add(output);
  }
  const isSeen = (name: string) => outputs.has(name) || (readers.get(name) ?? []).some((reader) => !inside.has(reader));
  return {
    name: main.name,
    op: main.op,
    ...(fused && { activation: fused }),
    nodes,
    inputs: [...inputs],
    outputs: [...made].filter(isSeen),
    initializers: [...initializers],
  };
}
