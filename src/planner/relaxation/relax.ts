import { type Model, residentBytes } from '../core/model.js';
import type { CutFinder } from './cut-finder.js';
import { createCutFinder } from './cuts.js';

/** One solution of the relaxed problem: a cut with an option per edge layer and a wire option per crossing tensor. */
export interface Column {
  edge: Uint8Array;
  option: Int32Array;
  wire: Int32Array;
  cost: number;
  weights: number;
  /** Per resource of the model. */
  used: Float64Array;
  /** Bytes in every memory row, once they were asked for. */
  rows?: Float64Array;
}

/** Prices per unit of each resource, per byte of weights, and per byte in a memory row (which weights pay as well). */
export interface Prices {
  resources: number[];
  weights: number;
  rows: { row: number; price: number }[];
}

export interface Relaxation {
  /**
   * No plan of the node costs less than this in cost + prices * resources. Infinite where the node has no cut at all.
   */
  value: number;
  column: Column;
}

export interface Relaxer {
  /** The cheapest cut and bits at the given prices; `placement` as in the model. */
  relax(placement: Int8Array, prices: Prices): Relaxation;
  /** Elementary steps done so far, a measure of time that is the same on every machine. */
  work(): number;
}

/**
 * Solves the problem without limits at prices: every layer takes its cheapest option, and the edge side is a minimum
 * cut. Exact but for one case, in which it is a lower bound: a layer with several outputs whose prices on the wire
 * depend on its bits.
 */
export function createRelaxer(model: Model): Relaxer {
  const { layerCount, tensorCount, optionStart, wireStart } = model;
  const finder: CutFinder = createCutFinder(model);
  const optionCost = new Float64Array(optionStart[layerCount]);
  const cheapest = new Int32Array(layerCount);
  const edgeCost = new Float64Array(layerCount);
  const cloudCost = new Float64Array(layerCount);
  const crossCost = new Float64Array(tensorCount);
  const hasManyBits = Uint8Array.from({ length: layerCount }, (_, l) => {
    const bits = model.optionBits.subarray(optionStart[l], optionStart[l + 1]);
    return bits.some((b) => b !== bits[0]) ? 1 : 0;
  });
  const below = new Float64Array(model.rowCount + 1);
  let ownWork = 0;

  const relax = (placement: Int8Array, prices: Prices): Relaxation => {
    const hasRows = prices.rows.length > 0;
    let weightPrice = prices.weights;
    if (hasRows) {
      below.fill(0);
      for (const { row, price } of prices.rows) {
        below[row + 1] += price;
        weightPrice += price;
      }
      for (let k = 0; k < model.rowCount; k++) below[k + 1] += below[k];
    }
    const priced = model.resources
      .map((resource, k) => ({ ...resource, price: prices.resources[k] }))
      .filter(({ price }) => price > 0);
    const stayPrice = (t: number) =>
      hasRows && model.rowTo[t] >= model.rowFrom[t] ? below[model.rowTo[t] + 1] - below[model.rowFrom[t]] : 0;
    const latePrice = (t: number) => (hasRows && model.late[t] ? below[model.rowCount] - below[model.rowTo[t] + 1] : 0);
    const cheapestWire = (t: number, bits: number) => {
      let best = -1;
      let least = Number.POSITIVE_INFINITY;
      for (let w = wireStart[t]; w < wireStart[t + 1]; w++) {
        if (model.wireBits[w] !== 0 && model.wireBits[w] !== bits) continue;
        let cost = model.wireCost[w];
        for (const { price, wire } of priced) cost += price * wire[w];
        if (cost < least) {
          least = cost;
          best = w;
        }
      }
      ownWork += wireStart[t + 1] - wireStart[t];
      return { best, least };
    };
    const crossingCost = (t: number, o: number) => {
      const price = latePrice(t);
      return (
        cheapestWire(t, model.producer[t] < 0 ? model.inputBits[t] : model.optionBits[o]).least +
        (price > 0 ? price * residentBytes(model, t, o) : 0)
      );
    };
    const dependsOnOption = (t: number) =>
      model.coupled[t] === 1 || (latePrice(t) > 0 && hasManyBits[model.producer[t]] === 1);

    let constant = priced.reduce((sum, resource) => sum + resource.price * resource.constant, model.constantCost);
    for (let l = 0; l < layerCount; l++) {
      cloudCost[l] = model.cloudCost[l];
      for (const { price, cloud } of priced) cloudCost[l] += price * cloud[l];
      let least = Number.POSITIVE_INFINITY;
      cheapest[l] = -1;
      if (placement[l] >= 0) {
        for (let o = optionStart[l]; o < optionStart[l + 1]; o++) {
          let cost = model.optionCost[o] + weightPrice * model.optionWeights[o];
          for (const resource of priced) cost += resource.price * resource.option[o];
          for (const t of model.outputs[l]) {
            const price = stayPrice(t);
            if (price > 0) cost += price * residentBytes(model, t, o);
            if (model.always[t]) cost += crossingCost(t, o);
          }
          optionCost[o] = cost;
          if (cost < least) {
            least = cost;
            cheapest[l] = o;
          }
        }
        ownWork += optionStart[l + 1] - optionStart[l];
      }
      edgeCost[l] = least;
    }
    for (let t = 0; t < tensorCount; t++) {
      crossCost[t] = 0;
      const maker = model.producer[t];
      if (maker < 0) {
        const price = stayPrice(t);
        if (price > 0) constant += price * residentBytes(model, t, -1);
        if (model.always[t]) constant += crossingCost(t, -1);
        else if (model.readers[t].length > 0) crossCost[t] = crossingCost(t, -1);
        continue;
      }
      if (model.always[t] || model.readers[t].length === 0 || cheapest[maker] < 0) continue;
      if (!dependsOnOption(t)) {
        crossCost[t] = crossingCost(t, cheapest[maker]);
        continue;
      }
      // Each dependent tensor may count on its share of what a costlier option of its producer would cost.
      const share = 1 / model.outputs[maker].filter((u) => !model.always[u] && dependsOnOption(u)).length;
      let least = Number.POSITIVE_INFINITY;
      for (let o = optionStart[maker]; o < optionStart[maker + 1]; o++) {
        least = Math.min(least, share * (optionCost[o] - edgeCost[maker]) + crossingCost(t, o));
      }
      crossCost[t] = least;
    }

    const { value, edge } = finder.find(placement, edgeCost, cloudCost, crossCost);
    const column: Column = {
      edge,
      option: new Int32Array(layerCount).fill(-1),
      wire: new Int32Array(tensorCount).fill(-1),
      cost: 0,
      weights: 0,
      used: Float64Array.from(model.resources, (resource) => resource.constant),
    };
    const use = (of: 'option' | 'cloud' | 'wire', index: number) => {
      for (let k = 0; k < column.used.length; k++) column.used[k] += model.resources[k][of][index];
    };
    if (value === Number.POSITIVE_INFINITY) return { value, column };
    const crossing = crossingTensors(model, edge);
    column.cost = model.constantCost;
    for (let l = 0; l < layerCount; l++) {
      if (!edge[l]) {
        column.cost += model.cloudCost[l];
        use('cloud', l);
        continue;
      }
      const choice = cheapest[l];
      const dependent = model.outputs[l].filter((t) => crossing[t] && !model.always[t] && dependsOnOption(t));
      column.option[l] = choice;
      if (dependent.length > 0) {
        let least = Number.POSITIVE_INFINITY;
        for (let o = optionStart[l]; o < optionStart[l + 1]; o++) {
          const cost = dependent.reduce((sum, t) => sum + crossingCost(t, o), optionCost[o]);
          if (cost < least) {
            least = cost;
            column.option[l] = o;
          }
        }
        // No bits suit all tensors at once: this cut cannot be sent.
        if (least === Number.POSITIVE_INFINITY) column.cost = Number.POSITIVE_INFINITY;
      }
      const o = column.option[l];
      column.cost += model.optionCost[o];
      column.weights += model.optionWeights[o];
      use('option', o);
    }
    for (let t = 0; t < tensorCount; t++) {
      if (!crossing[t]) continue;
      const w = cheapestWire(
        t,
        model.producer[t] < 0 ? model.inputBits[t] : model.optionBits[column.option[model.producer[t]]],
      ).best;
      column.wire[t] = w;
      if (w < 0) {
        column.cost = Number.POSITIVE_INFINITY;
        continue;
      }
      column.cost += model.wireCost[w];
      use('wire', w);
    }
    return { value: value + constant, column };
  };
  return { relax, work: () => ownWork + finder.work() };
}

/** 1 for every tensor that is on the edge and wanted in the cloud. */
export function crossingTensors(model: Model, edge: Uint8Array): Uint8Array {
  const crossing = new Uint8Array(model.tensorCount);
  for (let t = 0; t < model.tensorCount; t++) {
    if (model.origin[t] >= 0 && !edge[model.origin[t]]) continue;
    if (model.always[t] || model.readers[t].some((l) => !edge[l])) crossing[t] = 1;
  }
  return crossing;
}

/** Bytes of activations in every memory row, of graph inputs alone or of everything. */
export function rowBytes(
  model: Model,
  edge: Uint8Array,
  option: Int32Array,
  of: 'inputs' | 'all' = 'all',
): Float64Array {
  const rows = new Float64Array(model.rowCount + 1);
  for (let t = 0; t < model.tensorCount; t++) {
    const { origin, rowFrom, rowTo } = model;
    if ((origin[t] >= 0 && !edge[origin[t]]) || rowTo[t] < rowFrom[t] || (of === 'inputs' && origin[t] >= 0)) continue;
    const bytes = residentBytes(model, t, model.producer[t] < 0 ? -1 : option[model.producer[t]]);
    const staysLate = model.late[t] && model.readers[t].some((l) => !edge[l]);
    rows[rowFrom[t]] += bytes;
    rows[staysLate ? model.rowCount : rowTo[t] + 1] -= bytes;
  }
  for (let k = 1; k < model.rowCount; k++) rows[k] += rows[k - 1];
  return rows.subarray(0, model.rowCount);
}
