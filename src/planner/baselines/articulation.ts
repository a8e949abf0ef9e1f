import type { PlanningProblem } from '../core/problem.js';

/** The layers that a layer waits for: those that make what it reads and, where cuts are prefixes, the one before it. */
export function predecessors({ layers, tensors, cuts }: PlanningProblem): number[][] {
  return layers.map(({ inputs }, l) => {
    const needed = new Set(
      inputs.flatMap((t) => [tensors[t].producer, tensors[t].availableFrom ?? -1]).filter((p) => p >= 0),
    );
    if (cuts === 'prefixes' && l > 0) needed.add(l - 1);
    return [...needed];
  });
}

/**
 * The articulation points of the DAG from its inputs to its outputs, in execution order: layers that every path runs
 * through. Every layer before one leads to it, every layer behind it comes from it, and no tensor passes it by; a cut
 * that is closed under predecessors therefore has all layers before the last articulation point on the edge, and all
 * behind the next one in the cloud.
 */
export function articulationPoints(problem: PlanningProblem): number[] {
  const { layers, tensors } = problem;
  const before = predecessors(problem);
  const count = layers.length;
  const nextReader = new Int32Array(count).fill(count);
  const lastReader = new Int32Array(count).fill(-1);
  const firstNeeded = new Int32Array(count).fill(count);
  const lastNeeded = new Int32Array(count).fill(-1);
  before.forEach((list, l) => {
    for (const p of list) {
      nextReader[p] = Math.min(nextReader[p], l);
      lastReader[p] = Math.max(lastReader[p], l);
      firstNeeded[l] = Math.min(firstNeeded[l], p);
      lastNeeded[l] = Math.max(lastNeeded[l], p);
    }
  });
  // Behind any layer, an input of the model that is still read passes it by.
  const inputRead = layers.reduce(
    (last, { inputs }, l) => (inputs.some((t) => tensors[t].producer < 0) ? l : last),
    -1,
  );
  /** Of the layers behind: the first layer that any of them needs, and the least last one. */
  const needsBehind = new Int32Array(count + 1).fill(count);
  for (let l = count - 1; l >= 0; l--) {
    const own = lastNeeded[l] < 0 ? -1 : firstNeeded[l];
    needsBehind[l] = Math.min(needsBehind[l + 1], own);
  }
  const points: number[] = [];
  let readBy = -1;
  for (let l = 0; l < count; l++) {
    // Layers before l are read by l at the latest, and those behind it need nothing before l.
    if (readBy <= l && inputRead <= l && needsBehind[l + 1] >= l) points.push(l);
    readBy = Math.max(readBy, lastReader[l] < 0 ? count : lastReader[l]);
  }
  return points;
}
