import { type Model, residentBytes } from '../core/model.js';
import { createMaster } from './master.js';
import { type Column, createRelaxer, type Prices, type Relaxer, rowBytes } from './relax.js';

/** A model with what the search learns about it on the way. */
export interface Variant {
  model: Model;
  relaxer: Relaxer;
  /** Solutions seen, the newest last; any node they fit starts from them. */
  pool: Column[];
  /** Memory rows that some solution has broken. */
  rows: number[];
  /** More than any plan costs. */
  penalty: number;
}

export interface NodeBound {
  /** No plan of the node costs less. Infinite where it has none. */
  bound: number;
  /** The mix of solutions behind the bound, shares adding up to 1; empty where the node has no cut. */
  mix: { column: Column; share: number }[];
}

const POOL = 80;
const MAX_ROWS = 16;
const SLACK = 1 + 1e-12;

export function createVariant(model: Model, penalty: number): Variant {
  return { model, relaxer: createRelaxer(model), pool: [], rows: [], penalty };
}

/**
 * The Lagrangian bound over all cuts that `placement` allows and all their bits, at the best prices for what is
 * limited: sums, weights, and the memory rows that matter.
 *
 * @param cutoff stop as soon as the bound reaches this
 * @param unit a cost of the size that matters
 */
export function boundNode(variant: Variant, placement: Int8Array, cutoff: number, unit: number): NodeBound {
  const { model, relaxer, pool, penalty } = variant;
  const { memoryLimit: memory, resources: limited } = model;
  const none: NodeBound = { bound: Number.POSITIVE_INFINITY, mix: [] };
  const hasMemory = Number.isFinite(memory);
  const peak = hasMemory ? leastPeak(model, placement) : 0;
  if (peak > memory * SLACK) return none;

  for (;;) {
    const limits = limited.map(({ limit }) => limit * SLACK);
    if (hasMemory) limits.push(memory * SLACK - peak, ...variant.rows.map(() => memory * SLACK));
    const resources = (column: Column) => {
      const used = [...column.used];
      if (!hasMemory) return used;
      used.push(column.weights);
      if (variant.rows.length > 0) {
        const bytes = rowsOf(model, column);
        used.push(...variant.rows.map((row) => column.weights + bytes[row]));
      }
      return used;
    };
    const toPrices = (multipliers: number[]): Prices => ({
      resources: multipliers.slice(0, limited.length),
      weights: hasMemory ? multipliers[limited.length] : 0,
      rows: multipliers
        .slice(limited.length + 1)
        .map((price, i) => ({ row: variant.rows[i], price }))
        .filter(({ price }) => price > 0),
    });

    const master = createMaster(limits, 10 * penalty, unit);
    const known: Column[] = [];
    const register = (column: Column) => {
      known.push(column);
      return master.add(column.cost, resources(column));
    };
    for (const column of pool) if (fits(column, placement)) register(column);
    let multipliers = limits.map(() => 0);
    let mixed = known.length > 0 ? master.solve() : undefined;
    if (mixed) multipliers = mixed.multipliers;
    let bound = Number.NEGATIVE_INFINITY;
    let mix: NodeBound['mix'] = [];
    for (let round = 0; round < 120; round++) {
      const { value, column } = relaxer.relax(placement, toPrices(multipliers));
      if (value === Number.POSITIVE_INFINITY) return none;
      bound = Math.max(
        bound,
        multipliers.reduce((sum, m, i) => (m > 0 ? sum - m * limits[i] : sum), value),
      );
      if (bound >= cutoff) return { bound, mix: [{ column, share: 1 }] };
      if (bound > penalty) return none;
      const isUsable = column.cost < Number.POSITIVE_INFINITY;
      if (!isUsable) {
        mix =
          mixed && mixed.shares.size > 0
            ? [...mixed.shares].map(([i, share]) => ({ column: known[i], share }))
            : [{ column, share: 1 }];
        break;
      }
      const used = resources(column);
      pool.push(column);
      if (pool.length > POOL) pool.shift();
      known.push(column);
      master.add(column.cost, used);
      const priced = multipliers.reduce((sum, m, i) => sum + m * used[i], column.cost);
      const before = mixed;
      mixed = master.solve();
      mix = [...mixed.shares].map(([i, share]) => ({ column: known[i], share }));
      if (mix.length === 0) mix = [{ column, share: 1 }];
      const tolerance = Math.max(1e-12 * unit, cutoff < penalty ? 0.01 * (cutoff - bound) : 1e-9 * unit);
      if (mixed.value - bound <= tolerance) break;
      // No better solution at these prices, and the mix was already the best of those known.
      if (before && priced >= before.price - 1e-12 * unit) break;
      multipliers = mixed.multipliers;
    }
    const row = hasMemory && variant.rows.length < MAX_ROWS ? brokenRow(model, mix, memory * SLACK) : -1;
    if (row < 0 || variant.rows.includes(row)) return { bound, mix };
    variant.rows.push(row);
  }
}

function fits({ edge }: Column, placement: Int8Array): boolean {
  for (let l = 0; l < placement.length; l++)
    if (placement[l] !== 0 && placement[l] > 0 !== (edge[l] === 1)) return false;
  return true;
}

function rowsOf(model: Model, column: Column): Float64Array {
  column.rows ??= rowBytes(model, column.edge, column.option);
  return column.rows;
}

/** The memory row that the mix exceeds most, -1 where it exceeds none. */
function brokenRow(model: Model, mix: NodeBound['mix'], memory: number): number {
  const total = new Float64Array(model.rowCount);
  for (const { column, share } of mix) {
    const bytes = rowsOf(model, column);
    for (let k = 0; k < total.length; k++) total[k] += share * (bytes[k] + column.weights);
  }
  let row = -1;
  let most = memory * (1 + 1e-9);
  for (let k = 0; k < total.length; k++) {
    if (total[k] > most) {
      most = total[k];
      row = k;
    }
  }
  return row;
}

/** Bytes of activations that any cut with these layers on the edge needs, some layer being there. */
export function leastPeak(model: Model, placement: Int8Array): number {
  const rows = new Float64Array(model.rowCount + 1);
  for (let t = 0; t < model.tensorCount; t++) {
    const { origin, producer, rowFrom, rowTo, optionStart } = model;
    if (rowTo[t] < rowFrom[t] || (origin[t] >= 0 && placement[origin[t]] !== 1)) continue;
    let least = producer[t] < 0 ? residentBytes(model, t, -1) : Number.POSITIVE_INFINITY;
    if (producer[t] >= 0) {
      for (let o = optionStart[producer[t]]; o < optionStart[producer[t] + 1]; o++)
        least = Math.min(least, residentBytes(model, t, o));
    }
    if (least === Number.POSITIVE_INFINITY) return least;
    rows[rowFrom[t]] += least;
    rows[rowTo[t] + 1] -= least;
  }
  let peak = 0;
  let live = 0;
  for (let k = 0; k < model.rowCount; k++) {
    live += rows[k];
    if (live > peak) peak = live;
  }
  return peak;
}
