import type { Model } from '../core/model.js';
import { type Column, crossingTensors } from '../relaxation/column.js';
import { leastPeak } from '../relaxation/node-bound.js';

/** Puts a layer on the edge (1) or in the cloud (-1). */
export type Decision = [layer: number, side: number];

/** The most fractional free layer of the mix, -1 where all its cuts agree. */
export function mostUndecided(mix: { column: Column; share: number }[], placement: Int8Array): number {
  if (mix.length < 2) return -1;
  let layer = -1;
  let most = 1e-6;
  for (let l = 0; l < placement.length; l++) {
    if (placement[l] !== 0) continue;
    const onEdge = mix.reduce((sum, { column, share }) => sum + (column.edge[l] ? share : 0), 0);
    const all = mix.reduce((sum, { share }) => sum + share, 0);
    const doubt = Math.min(onEdge, all - onEdge);
    if (doubt > most) {
      most = doubt;
      layer = l;
    }
  }
  return layer;
}

/**
 * Decisions such that every other cut of the node differs in one of them: a last edge layer out, or a first cloud layer
 * in.
 */
export function alternatives(model: Model, edge: Uint8Array, placement: Int8Array): Decision[] {
  const decisions: Decision[] = [];
  for (let l = 0; l < model.layerCount; l++) {
    if (placement[l] !== 0) continue;
    if (edge[l] && model.after[l].every((r) => !edge[r])) decisions.push([l, -1]);
    if (!edge[l] && model.before[l].every((p) => edge[p])) decisions.push([l, 1]);
  }
  return decisions;
}

/**
 * Puts a layer on a side together with all that must follow it there. False where that contradicts an earlier decision.
 */
export function decide(model: Model, placement: Int8Array, layer: number, side: number): boolean {
  const stack = [layer];
  for (let l = stack.pop(); l !== undefined; l = stack.pop()) {
    if (placement[l] === side) continue;
    if (placement[l] !== 0) return false;
    placement[l] = side;
    stack.push(...(side > 0 ? model.before[l] : model.after[l]));
  }
  return true;
}

/**
 * A tensor that must cross, but does not with this cut because all its readers are on the edge, and the readers that
 * may go to the cloud. Undefined where every such tensor crosses.
 */
export function readersToMove(model: Model, edge: Uint8Array, placement: Int8Array): number[] | undefined {
  if (crossesAsPinned(model, edge)) return undefined;
  const crossing = crossingTensors(model, edge);
  const tensor = model.mustCross.findIndex((must, t) => must === 1 && !crossing[t]);
  return model.readers[tensor].filter((l) => placement[l] === 0);
}

/**
 * Layers that cannot be on the edge with all their predecessors go to the cloud. Undefined where the pins leave no cut.
 */
export function forbidWhatCannotFit(model: Model, pins: Int8Array): Int8Array | undefined {
  const placement = new Int8Array(model.layerCount);
  for (let l = 0; l < pins.length; l++) if (pins[l] !== 0 && !decide(model, placement, l, pins[l])) return undefined;
  for (let t = 0; t < model.tensorCount; t++) {
    if (!model.mustCross[t]) continue;
    if (model.origin[t] >= 0 && !decide(model, placement, model.origin[t], 1)) return undefined;
    if (model.always[t]) continue;
    if (
      model.readers[t].length === 0 ||
      (model.readers[t].length === 1 && !decide(model, placement, model.readers[t][0], -1))
    )
      return undefined;
  }
  if (!Number.isFinite(model.memoryLimit) || model.layerCount > 3000) return placement;
  const leastWeights = Float64Array.from(placement, (_, l) => {
    let least = Number.POSITIVE_INFINITY;
    for (let o = model.optionStart[l]; o < model.optionStart[l + 1]; o++)
      least = Math.min(least, model.optionWeights[o]);
    return least;
  });
  for (let l = 0; l < model.layerCount; l++) {
    if (placement[l] !== 0) continue;
    const alone = placement.map((p) => Math.max(0, p));
    if (!decide(model, alone, l, 1)) continue;
    const weights = alone.reduce((sum, p, i) => (p > 0 ? sum + leastWeights[i] : sum), 0);
    if (weights + leastPeak(model, alone) > model.memoryLimit * (1 + 1e-12) && !decide(model, placement, l, -1))
      return undefined;
  }
  return placement;
}

export function crossesAsPinned(model: Model, edge: Uint8Array): boolean {
  if (!model.mustCross.includes(1)) return true;
  const crossing = crossingTensors(model, edge);
  return model.mustCross.every((must, t) => !must || crossing[t] === 1);
}
