import { type Model, type Resource, residentBytes } from '../core/model.js';
import { type CutCosts, newCutCosts } from './cut-finder.js';

/**
 * Lagrange multipliers: per unit of each resource, per byte of weights, per byte in a memory row (of weights as well).
 */
export interface Prices {
  resources: number[];
  weights: number;
  rows: { row: number; price: number }[];
}

/** A model at prices. One record serves all prices in turn; its arrays hold those of the last {@link priceModel}. */
export interface Pricing {
  model: Model;
  /** 1 where the options of a layer differ in activation bits. */
  hasManyBits: Uint8Array;
  /** Per byte of weights, those of memory rows included. */
  weightPrice: number;
  /** The resources whose price is above 0. */
  resources: (Resource & { price: number })[];
  hasRows: boolean;
  /** Summed prices of the memory rows before each row. */
  rowPrices: Float64Array;
  /** Priced cost of every option of the layers that may be on the edge. */
  optionCost: Float64Array;
  /** The cheapest option of each layer, -1 where it has none. */
  option: Int32Array;
  /** What a cut pays for its layers and its crossing tensors. */
  cut: CutCosts;
  /** What every cut pays. */
  constant: number;
  /** Elementary steps done so far. */
  work: number;
}

export function newPricing(model: Model): Pricing {
  const { layerCount, optionStart, optionBits } = model;
  return {
    model,
    hasManyBits: Uint8Array.from({ length: layerCount }, (_, l) => {
      const bits = optionBits.subarray(optionStart[l], optionStart[l + 1]);
      return bits.some((b) => b !== bits[0]) ? 1 : 0;
    }),
    weightPrice: 0,
    resources: [],
    hasRows: false,
    rowPrices: new Float64Array(model.rowCount + 1),
    optionCost: new Float64Array(optionStart[layerCount]),
    option: new Int32Array(layerCount),
    cut: newCutCosts(model),
    constant: 0,
    work: 0,
  };
}

/** Prices every option, every layer in the cloud, and every crossing tensor; `placement` as in the model. */
export function priceModel(pricing: Pricing, placement: Int8Array, prices: Prices): void {
  const { model, cut } = pricing;
  setPrices(pricing, prices);
  for (let l = 0; l < model.layerCount; l++) {
    cut.cloud[l] = model.cloudCost[l];
    for (const { price, cloud } of pricing.resources) cut.cloud[l] += price * cloud[l];
    cut.edge[l] = priceOptions(pricing, l, placement[l] >= 0);
  }
  for (let t = 0; t < model.tensorCount; t++)
    cut.cross[t] = model.producer[t] < 0 ? priceInput(pricing, t) : priceMade(pricing, t);
}

function setPrices(pricing: Pricing, { resources, weights, rows }: Prices): void {
  const { model, rowPrices } = pricing;
  pricing.weightPrice = weights;
  pricing.hasRows = rows.length > 0;
  if (pricing.hasRows) {
    rowPrices.fill(0);
    for (const { row, price } of rows) {
      rowPrices[row + 1] += price;
      pricing.weightPrice += price;
    }
    for (let k = 0; k < model.rowCount; k++) rowPrices[k + 1] += rowPrices[k];
  }
  pricing.resources = model.resources
    .map((resource, k) => ({ ...resource, price: resources[k] }))
    .filter(({ price }) => price > 0);
  pricing.constant = pricing.resources.reduce((sum, { price, constant }) => sum + price * constant, model.constantCost);
}

/** The least priced cost of a layer on the edge; infinite where it must not be there. */
function priceOptions(pricing: Pricing, l: number, isAllowed: boolean): number {
  const { model, optionCost, option } = pricing;
  const { optionStart } = model;
  let least = Number.POSITIVE_INFINITY;
  option[l] = -1;
  if (!isAllowed) return least;
  for (let o = optionStart[l]; o < optionStart[l + 1]; o++) {
    optionCost[o] = priceOption(pricing, l, o);
    if (optionCost[o] < least) {
      least = optionCost[o];
      option[l] = o;
    }
  }
  pricing.work += optionStart[l + 1] - optionStart[l];
  return least;
}

/** An option with the bytes that its outputs take, and with those outputs that cross in any case. */
function priceOption(pricing: Pricing, l: number, o: number): number {
  const { model, weightPrice, resources } = pricing;
  let cost = model.optionCost[o] + weightPrice * model.optionWeights[o];
  for (const resource of resources) cost += resource.price * resource.option[o];
  for (const t of model.outputs[l]) {
    const price = stayPrice(pricing, t);
    if (price > 0) cost += price * residentBytes(model, t, o);
    if (model.always[t]) cost += crossingCost(pricing, t, o);
  }
  return cost;
}

/** A graph input is on the edge whatever the cut: what it takes there, every cut pays. */
function priceInput(pricing: Pricing, t: number): number {
  const { model } = pricing;
  const price = stayPrice(pricing, t);
  if (price > 0) pricing.constant += price * residentBytes(model, t, -1);
  if (model.always[t]) {
    pricing.constant += crossingCost(pricing, t, -1);
    return 0;
  }
  return model.readers[t].length > 0 ? crossingCost(pricing, t, -1) : 0;
}

/**
 * The least that a tensor costs when it crosses. Where that depends on the option of its producer, each such tensor
 * may count on its share of what a costlier option would cost.
 */
function priceMade(pricing: Pricing, t: number): number {
  const { model, option, optionCost, cut } = pricing;
  const maker = model.producer[t];
  if (model.always[t] || model.readers[t].length === 0 || option[maker] < 0) return 0;
  if (!dependsOnOption(pricing, t)) return crossingCost(pricing, t, option[maker]);
  const share = 1 / model.outputs[maker].filter((u) => !model.always[u] && dependsOnOption(pricing, u)).length;
  let least = Number.POSITIVE_INFINITY;
  for (let o = model.optionStart[maker]; o < model.optionStart[maker + 1]; o++)
    least = Math.min(least, share * (optionCost[o] - cut.edge[maker]) + crossingCost(pricing, t, o));
  return least;
}

/** What a tensor costs when it crosses with option `o` of its producer (ignored for graph inputs). */
export function crossingCost(pricing: Pricing, t: number, o: number): number {
  const { model } = pricing;
  const price = latePrice(pricing, t);
  return (
    wireCost(pricing, cheapestWire(pricing, t, residentBits(model, t, o))) +
    (price > 0 ? price * residentBytes(model, t, o) : 0)
  );
}

/** True where the cost of crossing depends on the option that the producer takes. */
export function dependsOnOption(pricing: Pricing, t: number): boolean {
  const { model, hasManyBits } = pricing;
  return model.coupled[t] === 1 || (latePrice(pricing, t) > 0 && hasManyBits[model.producer[t]] === 1);
}

/** The cheapest wire option of a tensor that has `bits` on the edge, -1 where there is none. */
export function cheapestWire(pricing: Pricing, t: number, bits: number): number {
  const { wireStart, wireBits } = pricing.model;
  let best = -1;
  let least = Number.POSITIVE_INFINITY;
  for (let w = wireStart[t]; w < wireStart[t + 1]; w++) {
    if (wireBits[w] !== 0 && wireBits[w] !== bits) continue;
    const cost = wireCost(pricing, w);
    if (cost < least) {
      least = cost;
      best = w;
    }
  }
  pricing.work += wireStart[t + 1] - wireStart[t];
  return best;
}

/** Bits of a tensor on the edge under option `o` of its producer (ignored for graph inputs). */
export function residentBits({ producer, inputBits, optionBits }: Model, t: number, o: number): number {
  return producer[t] < 0 ? inputBits[t] : optionBits[o];
}

function wireCost({ model, resources }: Pricing, w: number): number {
  if (w < 0) return Number.POSITIVE_INFINITY;
  let cost = model.wireCost[w];
  for (const { price, wire } of resources) cost += price * wire[w];
  return cost;
}

/** Price of a byte of a tensor in the memory rows where it is resident as long as it exists. */
function stayPrice({ model, hasRows, rowPrices }: Pricing, t: number): number {
  const { rowFrom, rowTo } = model;
  return hasRows && rowTo[t] >= rowFrom[t] ? rowPrices[rowTo[t] + 1] - rowPrices[rowFrom[t]] : 0;
}

/** Price of a byte of a tensor in the memory rows where it is resident because it crosses. */
function latePrice({ model, hasRows, rowPrices }: Pricing, t: number): number {
  return hasRows && model.late[t] ? rowPrices[model.rowCount] - rowPrices[model.rowTo[t] + 1] : 0;
}
