import type { Graph } from './graph.js';

/** Concrete dimensions of a tensor; undefined where they are not known. */
export function dimsOf(graph: Graph, name: string): number[] | undefined {
  const initializer = graph.initializers.get(name);
  if (initializer) return initializer.dims;
  const shape = graph.values.get(name)?.shape ?? graph.inputs.find((input) => input.name === name)?.shape;
  return shape?.every((dim): dim is number => typeof dim === 'number') ? shape : undefined;
}

export const product = (dims: readonly number[]): number => dims.reduce((a, b) => a * b, 1);

/** Elements of a tensor, 0 where its shape is not known. */
export const elementsOf = (graph: Graph, name: string): number => {
  const dims = dimsOf(graph, name);
  return dims ? product(dims) : 0;
};
