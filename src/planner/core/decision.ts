import type { PlannedCost, PlanningProblem } from './problem.js';

/**
 * What a cut is called. It is `cloud-only` where no edge layer computes anything: an edge that slices or quantizes the
 * input encodes it in its own way, which is no split of the network. A model all of whose layers are on the edge is
 * `edge-only`.
 * @param edge edge[i]: layer i runs on the edge
 */
export function decisionFor({ layers }: PlanningProblem, edge: readonly boolean[]): PlannedCost['decision'] {
  if (!edge.includes(true)) return 'cloud-only';
  if (layers.every((_, i) => edge[i])) return 'edge-only';
  return layers.every(({ moves }, i) => !edge[i] || moves) ? 'cloud-only' : 'split';
}

/**
 * Layers that may be on the edge of a plan that is pinned to be cloud-only: those that move values, if there are others
 * at all.
 */
export function encodingLayers({ layers }: PlanningProblem): boolean[] {
  const isComputing = layers.some(({ moves }) => !moves);
  return layers.map(({ moves }) => isComputing && moves === true);
}
