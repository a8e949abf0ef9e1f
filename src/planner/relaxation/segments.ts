import type { Model } from '../core/model.js';

/** Layers in a row between which nothing else enters or leaves. */
export interface Segments {
  /** Layers of each segment in order. */
  layers: number[][];
  /** Segment of each layer. */
  of: Int32Array;
  /** Tensors that cross where a cut runs right behind a layer that is not the last of its segment. */
  behind: number[][];
}

/**
 * Groups the layers into the longest such rows. A cut crosses a row at most once, so that a row counts as two layers
 * however long.
 */
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

export interface SegmentCost {
  /** All of it in the cloud, all on the edge, or the cheapest cut within. */
  cloud: number;
  edge: number;
  within: number;
  /** Layers on the edge in the cheapest cut within. */
  length: number;
}

export function priceSegment(
  layers: number[],
  behind: number[][],
  placement: Int8Array,
  edgeCost: Float64Array,
  cloudCost: Float64Array,
  crossCost: Float64Array,
): SegmentCost {
  // Forbidden terms are counted apart, since they must be taken out again as the cut moves on.
  let forbidden = 0;
  let cost = 0;
  const add = (amount: number, sign: number) => {
    if (amount === Number.POSITIVE_INFINITY) forbidden += sign;
    else cost += sign * amount;
  };
  const onEdge = (l: number) => (placement[l] < 0 ? Number.POSITIVE_INFINITY : edgeCost[l]);
  const inCloud = (l: number) => (placement[l] > 0 ? Number.POSITIVE_INFINITY : cloudCost[l]);
  const current = () => (forbidden > 0 ? Number.POSITIVE_INFINITY : cost);
  for (const l of layers) add(inCloud(l), 1);
  const cloud = current();
  let within = Number.POSITIVE_INFINITY;
  let length = 0;
  layers.forEach((l, i) => {
    add(inCloud(l), -1);
    add(onEdge(l), 1);
    if (i === layers.length - 1) return;
    for (const t of behind[l]) add(crossCost[t], 1);
    if (current() < within) {
      within = current();
      length = i + 1;
    }
    for (const t of behind[l]) add(crossCost[t], -1);
  });
  return { cloud, edge: current(), within, length };
}
