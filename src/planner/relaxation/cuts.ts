import type { Model } from '../core/model.js';
import { createClosureFinder } from './closure.js';
import type { CutFinder } from './cut-finder.js';

export function createCutFinder(model: Model): CutFinder {
  return model.chain ? createPrefixFinder(model) : createClosureFinder(model);
}

/** Prefixes of the order, all of them looked at. */
function createPrefixFinder(model: Model): CutFinder {
  const { layerCount, tensorCount } = model;
  const lastReader = Int32Array.from({ length: tensorCount }, (_, t) =>
    model.readers[t].reduce((last, l) => Math.max(last, l), -1),
  );
  const starting: number[][] = Array.from({ length: layerCount }, () => []);
  const ending: number[][] = Array.from({ length: layerCount }, () => []);
  for (let t = 0; t < tensorCount; t++) {
    if (model.always[t] || lastReader[t] < 0) continue;
    if (model.origin[t] >= 0) starting[model.origin[t]].push(t);
    ending[lastReader[t]].push(t);
  }
  let work = 0;
  return {
    find(placement, edgeCost, cloudCost, crossCost) {
      let forbidden = 0;
      let cost = 0;
      const add = (amount: number, sign: number) => {
        if (amount === Number.POSITIVE_INFINITY) forbidden += sign;
        else cost += sign * amount;
      };
      const forced = placement.lastIndexOf(1) + 1;
      const firstCloud = placement.indexOf(-1);
      const longest = firstCloud < 0 ? layerCount : firstCloud;
      for (let l = 0; l < layerCount; l++) add(cloudCost[l], 1);
      for (let t = 0; t < tensorCount; t++)
        if (model.origin[t] < 0 && !model.always[t] && lastReader[t] >= 0) add(crossCost[t], 1);
      let best = -1;
      let value = Number.POSITIVE_INFINITY;
      for (let length = 0; length <= longest; length++) {
        if (length >= forced && forbidden === 0 && cost < value) {
          value = cost;
          best = length;
        }
        if (length === layerCount) break;
        add(cloudCost[length], -1);
        add(edgeCost[length], 1);
        for (const t of starting[length]) add(crossCost[t], 1);
        for (const t of ending[length]) add(crossCost[t], -1);
      }
      work += layerCount + tensorCount;
      return { value, edge: Uint8Array.from({ length: layerCount }, (_, l) => (l < best ? 1 : 0)) };
    },
    work: () => work,
  };
}
