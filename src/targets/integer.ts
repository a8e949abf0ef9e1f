import type { Bounds } from '../numerics/range.js';
import type { Graph, Layer, Node } from '../onnx/graph.js';
import type { EdgeCapabilities } from './capabilities.js';
import { type IntegerRole, roleOn } from './operators.js';
import { rangeBounds } from './range.js';

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
  /** Role of each node as it will really run: `float` also where an operator has a kernel but an input is no codes. */
  roles: IntegerRole[];
  /** Every tensor that exists as codes. */
  codes: Map<string, CodeTensor>;
}

const UNBOUNDED: Bounds = { low: -Infinity, high: Infinity };

/**
 * Walks the graph in order and decides, node by node, what runs on codes. Pure.
 * @param apart tensors whose quantizer cannot serve those that would take it over: their layers run in float
 */
export function integerGraph(
  graph: Graph,
  layers: readonly Layer[],
  target: Pick<EdgeCapabilities, 'operators'>,
  apart: ReadonlySet<string> = new Set(),
): IntegerGraph {
  const codes = new Map<string, CodeTensor>();
  const roles: IntegerRole[] = graph.nodes.map(() => 'float');
  const isFloatTensor = (name: string) =>
    graph.values.get(name)?.dtype === 'float32' ||
    graph.inputs.some((input) => input.name === name && input.dtype === 'float32');
  const demand = (name: string) => {
    if (!codes.has(name)) codes.set(name, { owner: name, bounds: UNBOUNDED });
  };

  for (const layer of layers) {
    if (layer.outputs.some((output) => apart.has(output))) continue;
    for (const [position, index] of layer.nodes.entries()) {
      const node = graph.nodes[index];
      const afterInteger = layer.nodes.slice(0, position).some((earlier) => roles[earlier] !== 'float');
      const role = roleOf(node, afterInteger);
      roles[index] = role;
      if (role === 'float') continue;
      const next = layer.nodes[position + 1];
      const follower = next === undefined ? undefined : graph.nodes[next];
      if (role === 'weighted') demand(node.inputs[0]);
      if (role === 'through') {
        const source = codes.get(node.inputs[0]);
        for (const output of node.outputs) if (output && source) codes.set(output, source);
      } else if (role === 'range') {
        codes.set(node.outputs[0], { owner: node.outputs[0], bounds: rangeBounds(node, graph) });
      } else if (staysFloat(node, follower, graph)) {
        // Its integer kernel gives floats: the bias of a MatMul is added in float, final logits are not quantized at
        // all.
      } else if (!(follower && roleOn(target, follower, graph) === 'range' && follower.inputs[0] === node.outputs[0])) {
        codes.set(node.outputs[0], {
          owner: node.outputs[0],
          bounds: node.op === 'Sigmoid' ? { low: 0, high: 1 } : UNBOUNDED,
        });
      }
    }
    // What an integer layer gives others is codes, so that the next integer layer reads them without a float copy
    // between.
    if (layer.nodes.some((index) => roles[index] === 'weighted'))
      for (const output of layer.outputs)
        if (isFloatTensor(output) && !isFinalLogits(output, layer, graph)) demand(output);
  }
  return { roles, codes };

  function roleOf(node: Node, afterInteger: boolean): IntegerRole {
    const role = roleOn(target, node, graph);
    const data = node.inputs[0];
    if (role === 'float' || !node.outputs.every((output) => output === '' || isFloatTensor(output))) return 'float';
    if (role === 'weighted') return isFloatTensor(data) ? role : 'float';
    if (role === 'through') return codes.has(data) && !apart.has(data) ? role : 'float';
    // An activation behind an integer node of its layer (or behind the float bias of a MatMul) is the range of what the
    // layer gives.
    if (role === 'range') return codes.has(data) || afterInteger ? role : 'float';
    const activations = node.inputs.filter((input) => input !== '' && !graph.initializers.has(input));
    return activations.length > 0 && activations.every((input) => codes.has(input)) ? role : 'float';
  }
}

/**
 * A MatMul whose bias follows as an Add of a constant, or a Gemm or MatMul that makes an output of the model read by
 * nobody else.
 */
function staysFloat(node: Node, follower: Node | undefined, graph: Graph): boolean {
  if (node.op !== 'Gemm' && node.op !== 'MatMul') return false;
  if (
    follower?.op === 'Add' &&
    follower.inputs.includes(node.outputs[0]) &&
    follower.inputs.some((input) => graph.initializers.has(input))
  )
    return true;
  return follower === undefined && isOutputOnly(node.outputs[0], graph);
}

function isFinalLogits(output: string, layer: Layer, graph: Graph): boolean {
  return (layer.op === 'Gemm' || layer.op === 'MatMul') && isOutputOnly(output, graph);
}

function isOutputOnly(name: string, graph: Graph): boolean {
  return (
    graph.outputs.some((output) => output.name === name) && !graph.nodes.some((node) => node.inputs.includes(name))
  );
}
