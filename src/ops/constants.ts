import type { Graph } from '../onnx/graph.js';

/** Whether an input is a constant. */
export const isConstant = (graph: Graph, name: string | undefined): boolean =>
  name !== undefined && graph.initializers.has(name);

/** Whether an input is a constant of type float32. */
export const isFloatConstant = (graph: Graph, name: string | undefined): boolean =>
  name !== undefined && graph.initializers.get(name)?.dtype === 'float32';

/** Whether an input is a constant held in memory whose bytes are all zero. */
export function isZero(graph: Graph, name: string): boolean {
  const data = graph.initializers.get(name)?.data;
  return data?.kind === 'memory' && data.bytes.every((byte) => byte === 0);
}
