import type { Bounds } from '../numerics/range.js';
import { readFloats } from '../onnx/bytes.js';
import type { Graph, Node } from '../onnx/graph.js';

/** Bounds that a Relu or Clip guarantees. */
export function rangeBounds(node: Node, graph: Graph): Bounds {
  if (node.op === 'Relu') return { low: 0, high: Infinity };
  const bound = (name: string | undefined, fallback: number) => {
    const initializer = name ? graph.initializers.get(name) : undefined;
    return initializer ? (readFloats(initializer)[0] ?? fallback) : fallback;
  };
  return { low: bound(node.inputs[1], -Infinity), high: bound(node.inputs[2], Infinity) };
}
