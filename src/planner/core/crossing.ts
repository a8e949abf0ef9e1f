import type { PlanningProblem } from './problem.js';

/**
 * The tensors that travel up when these layers are on the edge, by the rule of `evaluate`: made there, and wanted in
 * the cloud.
 */
export function crossingTensors({ layers, tensors, deliver }: PlanningProblem, edge: boolean[]): number[] {
  const readInCloud = new Set(layers.flatMap(({ inputs }, i) => (edge[i] ? [] : inputs)));
  return tensors.flatMap(({ producer, availableFrom, isOutput }, t) => {
    const made = (producer < 0 || edge[producer]) && (availableFrom === undefined || edge[availableFrom]);
    return made && (readInCloud.has(t) || (deliver === 'cloud' && isOutput)) ? [t] : [];
  });
}

/** True where the pins of the layers allow this edge part. */
export function allowsEdge({ layers }: PlanningProblem, edge: boolean[]): boolean {
  return layers.every(({ placement, options }, i) =>
    edge[i] ? placement !== 'cloud' && options.length > 0 : placement !== 'edge',
  );
}

/** The item of least cost, the first among equals; undefined in an empty list. */
export function cheapest<T>(list: readonly T[], cost: (item: T) => number): T | undefined {
  return list.reduce<T | undefined>(
    (best, item) => (best === undefined || cost(item) < cost(best) ? item : best),
    undefined,
  );
}

/** The first `length` layers on the edge. */
export const prefix = ({ layers }: PlanningProblem, length: number): boolean[] => layers.map((_, i) => i < length);
