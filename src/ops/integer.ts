import type { Bounds } from '../numerics/range.js';
import type { Graph, Layer, Node } from '../onnx/graph.js';
import type { IntegerRole } from './family.js';
import { operatorName, operatorOf } from './index.js';

/** A tensor that lives as codes on the edge. */
export interface CodeTensor {
  /** The tensor whose values decide the quantizer: the tensor itself, or the one its codes were moved from. */
  owner: string;
  /** What fused activations guarantee of the values. */
  bounds: Bounds;
}

/**
 * Which nodes run on integers when they run on the edge. A node's predecessors are on the edge whenever it is, so the
 * answer does not depend on the cut.
 */
export interface IntegerGraph {
  /** Role of each node as it will really run: `float` also if an operator has an integer kernel but an input is float. */
  roles: IntegerRole[];
  /** Every tensor that exists as codes. */
  codes: Map<string, CodeTensor>;
}

/** A target's operators on 8-bit codes, by name. */
export interface IntegerOperators {
  operators: readonly string[];
}

const UNBOUNDED: Bounds = { low: -Infinity, high: Infinity };

/** The role of a node on a target, as far as the node alone tells. */
export function roleOn({ operators }: IntegerOperators, node: Node, graph: Graph): IntegerRole {
  if (!operators.includes(operatorName(node))) return 'float';
  const { role } = operatorOf(node);
  return typeof role === 'function' ? role(node, graph) : role;
}

/** What is decided while the nodes of a graph are walked in order. */
interface Walk extends IntegerGraph {
  graph: Graph;
  target: IntegerOperators;
  apart: ReadonlySet<string>;
}

/**
 * Walks the graph in order and decides, node by node, what runs on codes. Pure.
 * @param apart tensors whose quantizer cannot serve those that would take it over: their layers run in float
 */
export function integerGraph(
  graph: Graph,
  layers: readonly Layer[],
  target: IntegerOperators,
  apart: ReadonlySet<string> = new Set(),
): IntegerGraph {
  const walk: Walk = { graph, target, apart, roles: graph.nodes.map(() => 'float'), codes: new Map() };
  for (const layer of layers) {
    if (layer.outputs.some((output) => apart.has(output))) continue;
    for (const position of layer.nodes.keys()) decideNode(walk, layer, position);
    // What an integer layer gives others is codes, so that the next integer layer reads them without a float copy.
    if (layer.nodes.some((index) => walk.roles[index] === 'weighted'))
      for (const output of layer.outputs)
        if (isFloatTensor(graph, output) && !isFinalFloat(output, layer, graph)) demand(walk, output);
  }
  return { roles: walk.roles, codes: walk.codes };
}

/** Decides the role of a node, and which of the tensors that it reads and gives are codes. */
function decideNode(walk: Walk, layer: Layer, position: number): void {
  const { graph, target, roles, codes } = walk;
  const index = layer.nodes[position];
  const node = graph.nodes[index];
  const afterInteger = layer.nodes.slice(0, position).some((earlier) => roles[earlier] !== 'float');
  const role = roleInGraph(walk, node, afterInteger);
  roles[index] = role;
  if (role === 'float') return;
  const [output] = node.outputs;
  if (role === 'weighted') demand(walk, node.inputs[0]);
  if (role === 'through') {
    const source = codes.get(node.inputs[0]);
    for (const moved of node.outputs) if (moved && source) codes.set(moved, source);
    return;
  }
  const bounds = operatorOf(node).bounds?.(node, graph) ?? UNBOUNDED;
  const next = layer.nodes[position + 1];
  const follower = next === undefined ? undefined : graph.nodes[next];
  const isRangedNext =
    follower !== undefined && roleOn(target, follower, graph) === 'range' && follower.inputs[0] === output;
  if (role === 'range' || !(staysFloat(node, follower, graph) || isRangedNext))
    codes.set(output, { owner: output, bounds });
}

function roleInGraph({ graph, target, apart, codes }: Walk, node: Node, afterInteger: boolean): IntegerRole {
  const role = roleOn(target, node, graph);
  const data = node.inputs[0];
  if (role === 'float' || !node.outputs.every((output) => output === '' || isFloatTensor(graph, output)))
    return 'float';
  if (role === 'weighted') return isFloatTensor(graph, data) ? role : 'float';
  if (role === 'through') return codes.has(data) && !apart.has(data) ? role : 'float';
  // An activation behind an integer node of its layer, or behind the bias that is added in float, is the range of what
  // the layer gives.
  if (role === 'range') return codes.has(data) || afterInteger ? role : 'float';
  const activations = node.inputs.filter((input) => input !== '' && !graph.initializers.has(input));
  return activations.length > 0 && activations.every((input) => codes.has(input)) ? role : 'float';
}

function demand({ codes }: Walk, name: string): void {
  if (!codes.has(name)) codes.set(name, { owner: name, bounds: UNBOUNDED });
}

const isFloatTensor = (graph: Graph, name: string): boolean =>
  graph.values.get(name)?.dtype === 'float32' ||
  graph.inputs.some((input) => input.name === name && input.dtype === 'float32');

/**
 * Whether the integer kernel of a node gives floats: the bias behind it is an Add of a constant, which is added in
 * float, or nothing but the caller reads its output, which is not quantized at all.
 */
function staysFloat(node: Node, follower: Node | undefined, graph: Graph): boolean {
  if (!operatorOf(node).weights?.givesFloat) return false;
  if (
    follower &&
    operatorOf(follower).joins === 'sum' &&
    follower.inputs.includes(node.outputs[0]) &&
    follower.inputs.some((input) => graph.initializers.has(input))
  )
    return true;
  return follower === undefined && isOutputOnly(node.outputs[0], graph);
}

const isFinalFloat = (output: string, layer: Layer, graph: Graph): boolean =>
  operatorOf(graph.nodes[layer.nodes[0]]).weights?.givesFloat === true && isOutputOnly(output, graph);

const isOutputOnly = (name: string, graph: Graph): boolean =>
  graph.outputs.some((output) => output.name === name) && !graph.nodes.some((node) => node.inputs.includes(name));

/** Whether a target has a kernel that runs the node in float. */
export const runsInFloat = ({ floatOperators }: { floatOperators: 'all' | readonly string[] }, node: Node): boolean =>
  floatOperators === 'all' || floatOperators.includes(operatorName(node));
