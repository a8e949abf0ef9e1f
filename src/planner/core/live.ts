import type { PlanAssignment, PlanningProblem } from './problem.js';

/** Bytes of one tensor while it lives on the edge. */
export function tensorBytes(elements: number, bits: number): number {
  return Math.ceil((elements * bits) / 8);
}

/** True for graph inputs and for what edge layers make. */
export function isMadeOnEdge(problem: PlanningProblem, { edge }: Pick<PlanAssignment, 'edge'>, t: number): boolean {
  const { producer, availableFrom } = problem.tensors[t];
  return (producer < 0 || edge[producer]) && (availableFrom === undefined || edge[availableFrom]);
}

/** Bits of an element of a tensor while it lives on the edge. */
export function residentBits(problem: PlanningProblem, { option }: PlanAssignment, t: number): number {
  const { producer, inputBits } = problem.tensors[t];
  return producer < 0 ? (inputBits ?? 32) : problem.layers[producer].options[option[producer]].activationBits;
}

/**
 * Bytes of all tensors that live while each layer runs, in the order of the layers: inputs from the start, crossing
 * tensors and outputs until the end, others from the layer that makes them to the last one on the edge that reads them.
 * For a cloud layer it is what the edge holds meanwhile, which nobody waits for.
 */
export function liveBytes(
  problem: PlanningProblem,
  assignment: PlanAssignment,
  crossing: readonly number[],
): Float64Array {
  const { layers, tensors } = problem;
  const lastEdgeReader = new Int32Array(tensors.length).fill(-1);
  layers.forEach((layer, i) => {
    if (assignment.edge[i]) for (const t of layer.inputs) lastEdgeReader[t] = i;
  });
  const crosses = new Set(crossing);
  // change[i]: bytes that appear as layer i runs, minus those no longer needed by then.
  const change = new Float64Array(layers.length + 1);
  tensors.forEach(({ producer, availableFrom, isOutput, elements }, t) => {
    if (!isMadeOnEdge(problem, assignment, t)) return;
    if (producer < 0 && lastEdgeReader[t] < 0 && !crosses.has(t)) return;
    const from = Math.max(0, availableFrom ?? producer);
    const to = crosses.has(t) || isOutput ? layers.length - 1 : Math.max(from, lastEdgeReader[t]);
    const size = tensorBytes(elements, residentBits(problem, assignment, t));
    change[from] += size;
    change[to + 1] -= size;
  });
  const live = new Float64Array(layers.length);
  let sum = 0;
  for (let i = 0; i < layers.length; i++) {
    sum += change[i];
    live[i] = sum;
  }
  return live;
}
