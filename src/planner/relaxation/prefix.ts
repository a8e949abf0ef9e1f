import type { Model } from '../core/model.js';
import type { Cut, CutCosts, CutFinder } from './cut-finder.js';
import { addTerm, newRunningSum, runningTotal, takeTerm } from './running.js';

/** The tensors by the layers between which they cross. */
interface Lifetimes {
  /** Graph inputs, which the empty prefix sends. */
  inputs: number[];
  /** Tensors that exist from each layer on, and those that no layer behind it reads. */
  starting: number[][];
  ending: number[][];
}

/** Finds the cheapest prefix of the order by looking at all of them. */
export function prefixFinder(model: Model): CutFinder {
  const lifetimes = lifetimesOf(model);
  return (placement, costs) => cheapestPrefix(model, lifetimes, placement, costs);
}

function lifetimesOf(model: Model): Lifetimes {
  const inputs: number[] = [];
  const starting: number[][] = Array.from({ length: model.layerCount }, () => []);
  const ending: number[][] = Array.from({ length: model.layerCount }, () => []);
  for (let t = 0; t < model.tensorCount; t++) {
    const lastReader = model.readers[t].reduce((last, l) => Math.max(last, l), -1);
    if (model.always[t] || lastReader < 0) continue;
    if (model.origin[t] < 0) inputs.push(t);
    else starting[model.origin[t]].push(t);
    ending[lastReader].push(t);
  }
  return { inputs, starting, ending };
}

function cheapestPrefix(
  { layerCount, tensorCount }: Model,
  { inputs, starting, ending }: Lifetimes,
  placement: Int8Array,
  costs: CutCosts,
): Cut {
  const shortest = placement.lastIndexOf(1) + 1;
  const firstCloud = placement.indexOf(-1);
  const longest = firstCloud < 0 ? layerCount : firstCloud;
  const cost = newRunningSum();
  for (let l = 0; l < layerCount; l++) addTerm(cost, costs.cloud[l]);
  for (const t of inputs) addTerm(cost, costs.cross[t]);
  let best = -1;
  let value = Number.POSITIVE_INFINITY;
  for (let length = 0; length <= longest; length++) {
    if (length >= shortest && runningTotal(cost) < value) {
      value = runningTotal(cost);
      best = length;
    }
    if (length === layerCount) break;
    takeTerm(cost, costs.cloud[length]);
    addTerm(cost, costs.edge[length]);
    for (const t of starting[length]) addTerm(cost, costs.cross[t]);
    for (const t of ending[length]) takeTerm(cost, costs.cross[t]);
  }
  const edge = Uint8Array.from({ length: layerCount }, (_, l) => (l < best ? 1 : 0));
  return { value, edge, work: layerCount + tensorCount };
}
