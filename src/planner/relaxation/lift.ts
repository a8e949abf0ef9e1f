import type { Model } from '../core/model.js';
import { type Column, crossingTensors } from './column.js';
import { cheapestWire, crossingCost, dependsOnOption, type Pricing, residentBits } from './price.js';

/** A cut lifted to a column: the cheapest option of every edge layer and wire option of every crossing tensor. */
export function liftCut(pricing: Pricing, edge: Uint8Array): Column {
  const { model } = pricing;
  const column = emptyColumn(model, edge);
  const crossing = crossingTensors(model, edge);
  column.cost = model.constantCost;
  for (let l = 0; l < model.layerCount; l++) {
    if (edge[l]) liftLayer(pricing, column, l, crossing);
    else {
      column.cost += model.cloudCost[l];
      use(model, column, 'cloud', l);
    }
  }
  for (let t = 0; t < model.tensorCount; t++) if (crossing[t]) liftTensor(pricing, column, t);
  return column;
}

/** A column without options: what is left where a node has no cut at all. */
export function emptyColumn(model: Model, edge: Uint8Array): Column {
  return {
    edge,
    option: new Int32Array(model.layerCount).fill(-1),
    wire: new Int32Array(model.tensorCount).fill(-1),
    cost: 0,
    weights: 0,
    used: Float64Array.from(model.resources, ({ constant }) => constant),
  };
}

function liftLayer(pricing: Pricing, column: Column, l: number, crossing: Uint8Array): void {
  const { model } = pricing;
  const dependent = model.outputs[l].filter((t) => crossing[t] && !model.always[t] && dependsOnOption(pricing, t));
  const o = dependent.length > 0 ? optionWith(pricing, l, dependent) : pricing.option[l];
  // No option suits all tensors at once: this cut cannot be sent.
  if (o < 0) column.cost = Number.POSITIVE_INFINITY;
  const taken = o < 0 ? pricing.option[l] : o;
  column.option[l] = taken;
  column.cost += model.optionCost[taken];
  column.weights += model.optionWeights[taken];
  use(model, column, 'option', taken);
}

/** The cheapest option of a layer together with the tensors whose cost depends on it; -1 where none suits them all. */
function optionWith(pricing: Pricing, l: number, dependent: readonly number[]): number {
  const { model, optionCost } = pricing;
  let best = -1;
  let least = Number.POSITIVE_INFINITY;
  for (let o = model.optionStart[l]; o < model.optionStart[l + 1]; o++) {
    const cost = dependent.reduce((sum, t) => sum + crossingCost(pricing, t, o), optionCost[o]);
    if (cost < least) {
      least = cost;
      best = o;
    }
  }
  return best;
}

function liftTensor(pricing: Pricing, column: Column, t: number): void {
  const { model } = pricing;
  const w = cheapestWire(pricing, t, residentBits(model, t, column.option[model.producer[t]]));
  column.wire[t] = w;
  if (w < 0) {
    column.cost = Number.POSITIVE_INFINITY;
    return;
  }
  column.cost += model.wireCost[w];
  use(model, column, 'wire', w);
}

function use(model: Model, column: Column, of: 'option' | 'cloud' | 'wire', index: number): void {
  for (let k = 0; k < column.used.length; k++) column.used[k] += model.resources[k][of][index];
}
