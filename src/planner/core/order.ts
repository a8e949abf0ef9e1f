import type { PlanningProblem } from './problem.js';

/**
 * The order in which the planner numbers the layers: theirs for prefix cuts, else topological with ties broken by name,
 * so that equal problems given in different orders are searched alike. Element i is the caller's index of layer i.
 */
export function orderLayers({ layers, tensors, cuts }: PlanningProblem): Int32Array {
  if (cuts === 'prefixes') return Int32Array.from(layers, (_, i) => i);
  const rank = new Int32Array(layers.length);
  sortedIndex(layers.map((layer) => layer.name)).forEach((layer, position) => {
    rank[layer] = position;
  });
  const producers = layers.map((layer) => [
    ...new Set(layer.inputs.map((t) => tensors[t].producer).filter((p) => p >= 0)),
  ]);
  const readers: number[][] = layers.map(() => []);
  producers.forEach((list, i) => {
    for (const p of list) readers[p].push(i);
  });
  const waiting = Int32Array.from(producers, (list) => list.length);
  // Depth first from the latest made layer, so that a branch stays together.
  const ready = layers.map((_, i) => i).filter((i) => waiting[i] === 0);
  ready.sort((a, b) => rank[b] - rank[a]);
  const order = new Int32Array(layers.length);
  for (let position = 0; position < layers.length; position++) {
    const next = ready.pop() ?? 0;
    order[position] = next;
    const freed = readers[next].filter((r) => --waiting[r] === 0);
    freed.sort((a, b) => rank[b] - rank[a]);
    ready.push(...freed);
  }
  return order;
}

/** Indices of the names in code-unit order; equal names keep their order. */
export function sortedIndex(names: string[]): Int32Array {
  const index = Int32Array.from(names, (_, i) => i);
  return index.sort((a, b) => (names[a] < names[b] ? -1 : names[a] > names[b] ? 1 : a - b));
}
