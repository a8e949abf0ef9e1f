import { isMadeOnEdge } from './live.js';
import type { PlanningProblem } from './problem.js';

/** Layers and tensors of one cut, in any numbering. */
export interface CutView {
  layerCount: number;
  tensorCount: number;
  /** Tensors that a layer reads. */
  inputsOf(l: number): readonly number[];
  /** Truthy where the layer is on the edge. */
  edge: ArrayLike<unknown>;
  /** Whether a tensor exists on the edge. */
  isMade(t: number): boolean;
  /** Whether the cloud wants a tensor although no layer there reads it. */
  isSent(t: number): boolean;
}

/** 1 for every tensor that travels up: it exists on the edge and the cloud wants it. */
export function crossingMask({ layerCount, tensorCount, inputsOf, edge, isMade, isSent }: CutView): Uint8Array {
  const crosses = new Uint8Array(tensorCount);
  for (let l = 0; l < layerCount; l++) if (!edge[l]) for (const t of inputsOf(l)) crosses[t] = 1;
  for (let t = 0; t < tensorCount; t++) crosses[t] = isMade(t) && (crosses[t] === 1 || isSent(t)) ? 1 : 0;
  return crosses;
}

/** The tensors of a problem that travel up when these layers are on the edge, ascending. */
export function crossingTensors(problem: PlanningProblem, edge: boolean[]): number[] {
  const { layers, tensors, deliver } = problem;
  const cut = { edge };
  const mask = crossingMask({
    layerCount: layers.length,
    tensorCount: tensors.length,
    inputsOf: (l) => layers[l].inputs,
    edge,
    isMade: (t) => isMadeOnEdge(problem, cut, t),
    isSent: (t) => deliver === 'cloud' && tensors[t].isOutput,
  });
  const crossing: number[] = [];
  mask.forEach((crosses, t) => {
    if (crosses) crossing.push(t);
  });
  return crossing;
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
