import type { Model } from '../core/model.js';
import type { CutCosts } from './cut-finder.js';
import { addTerm, newRunningSum, runningTotal, takeTerm } from './running.js';

/** Rows of layers without branches: between neighbours of one, nothing else enters or leaves. */
export interface Segments {
  /** Layers of each segment in order. */
  layers: number[][];
  /** Segment of each layer. */
  of: Int32Array;
  /** Tensors that cross where a cut runs right behind a layer that is not the last of its segment. */
  behind: number[][];
}

/** Groups the layers into the longest segments. A cut crosses a segment at most once. */
export function findSegments(model: Model): Segments {
  const { layerCount } = model;
  const made: number[][] = Array.from({ length: layerCount }, () => []);
  for (let t = 0; t < model.tensorCount; t++) {
    if (model.origin[t] >= 0 && !model.always[t] && model.readers[t].length > 0) made[model.origin[t]].push(t);
  }
  const continues = (p: number, l: number) =>
    model.before[l].length === 1 &&
    model.after[p].length === 1 &&
    model.inputs[l].every((t) => model.origin[t] === p) &&
    made[p].every((t) => model.readers[t].length === 1);
  const of = new Int32Array(layerCount);
  const layers: number[][] = [];
  const behind: number[][] = Array.from({ length: layerCount }, () => []);
  for (let l = 0; l < layerCount; l++) {
    const [p] = model.before[l];
    if (p !== undefined && continues(p, l)) {
      of[l] = of[p];
      layers[of[l]].push(l);
      behind[p] = made[p];
    } else {
      of[l] = layers.length;
      layers.push([l]);
    }
  }
  return { layers, of, behind };
}

/** The costs of a segment; infinite where not allowed. */
export interface SegmentCost {
  /** All of it in the cloud. */
  cloud: number;
  /** All of it on the edge. */
  edge: number;
  /** The cheapest cut within, what crosses there included. */
  within: number;
  /** Layers on the edge in the cheapest cut within. */
  length: number;
}

export function priceSegment(layers: number[], behind: number[][], placement: Int8Array, costs: CutCosts): SegmentCost {
  const onEdge = (l: number) => (placement[l] < 0 ? Number.POSITIVE_INFINITY : costs.edge[l]);
  const inCloud = (l: number) => (placement[l] > 0 ? Number.POSITIVE_INFINITY : costs.cloud[l]);
  const cost = newRunningSum();
  for (const l of layers) addTerm(cost, inCloud(l));
  const cloud = runningTotal(cost);
  let within = Number.POSITIVE_INFINITY;
  let length = 0;
  layers.forEach((l, i) => {
    takeTerm(cost, inCloud(l));
    addTerm(cost, onEdge(l));
    if (i === layers.length - 1) return;
    for (const t of behind[l]) addTerm(cost, costs.cross[t]);
    if (runningTotal(cost) < within) {
      within = runningTotal(cost);
      length = i + 1;
    }
    for (const t of behind[l]) takeTerm(cost, costs.cross[t]);
  });
  return { cloud, edge: runningTotal(cost), within, length };
}
