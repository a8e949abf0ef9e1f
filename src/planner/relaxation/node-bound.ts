import { type Model, residentBytes } from '../core/model.js';
import { type Column, rowsOf } from './column.js';
import { addSolution, createMaster, type MasterSolution, solveMaster } from './master.js';
import type { Prices } from './price.js';
import { createRelaxer, type Relaxer, relax } from './relax.js';

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
  /**
   * The mix of solutions behind the bound; empty where the node has no cut. Its shares add up to 1, to less where no
   * mix keeps the limits.
   */
  mix: { column: Column; share: number }[];
}

const MAX_POOL = 80;
const MAX_ROWS = 16;
const MAX_ROUNDS = 120;
const SLACK = 1 + 1e-12;
const NO_CUT: NodeBound = { bound: Number.POSITIVE_INFINITY, mix: [] };

export function createVariant(model: Model, penalty: number): Variant {
  return { model, relaxer: createRelaxer(model), pool: [], rows: [], penalty };
}

/**
 * The Lagrangian bound over all cuts that `placement` allows and all their bits, at the best prices for what is
 * limited: sums, weights, and the memory rows that matter. A memory row is priced once a mix breaks it.
 *
 * @param cutoff stop as soon as the bound reaches this
 * @param unit a cost of the size that matters
 */
export function boundNode(variant: Variant, placement: Int8Array, cutoff: number, unit: number): NodeBound {
  const { model, rows } = variant;
  const hasMemory = Number.isFinite(model.memoryLimit);
  const memory = model.memoryLimit * SLACK;
  const peak = hasMemory ? leastPeak(model, placement) : 0;
  if (peak > memory) return NO_CUT;
  for (;;) {
    const limits = relaxedLimits(variant, peak);
    const { isFinal, ...found } = generateColumns(variant, placement, limits, cutoff, unit);
    if (isFinal) return found;
    const row = hasMemory && rows.length < MAX_ROWS ? brokenRow(model, found.mix, memory) : -1;
    if (row < 0 || rows.includes(row)) return found;
    rows.push(row);
  }
}

/** What is relaxed: the resources of the model, weights beside the least peak, weights beside every row that counts. */
function relaxedLimits({ model, rows }: Variant, peak: number): number[] {
  const limits = model.resources.map(({ limit }) => limit * SLACK);
  const memory = model.memoryLimit * SLACK;
  return Number.isFinite(memory) ? [...limits, memory - peak, ...rows.map(() => memory)] : limits;
}

/** What a column takes of each relaxed limit. */
function usesOf({ model, rows }: Variant, column: Column): number[] {
  const used = [...column.used];
  if (!Number.isFinite(model.memoryLimit)) return used;
  used.push(column.weights);
  if (rows.length > 0) {
    const bytes = rowsOf(model, column);
    for (const row of rows) used.push(column.weights + bytes[row]);
  }
  return used;
}

/** The multipliers of the relaxed limits as prices. */
function pricesOf({ model, rows }: Variant, multipliers: number[]): Prices {
  const count = model.resources.length;
  return {
    resources: multipliers.slice(0, count),
    weights: Number.isFinite(model.memoryLimit) ? multipliers[count] : 0,
    rows: multipliers
      .slice(count + 1)
      .map((price, i) => ({ row: rows[i], price }))
      .filter(({ price }) => price > 0),
  };
}

/**
 * Column generation: relax at prices, add the solution to the master, take its prices, until they find nothing better.
 *
 * @returns `isFinal`: the bound settles the node, so that no memory row need be looked at
 */
function generateColumns(
  variant: Variant,
  placement: Int8Array,
  limits: number[],
  cutoff: number,
  unit: number,
): NodeBound & { isFinal: boolean } {
  const { relaxer, pool, penalty } = variant;
  const master = createMaster(limits, 10 * penalty, unit);
  const known = pool.filter((column) => fits(column, placement));
  for (const column of known) addSolution(master, column.cost, usesOf(variant, column));
  const mixOf = ({ shares }: MasterSolution) => [...shares].map(([i, share]) => ({ column: known[i], share }));
  let mixed = known.length > 0 ? solveMaster(master) : undefined;
  let multipliers = mixed ? mixed.multipliers : limits.map(() => 0);
  let bound = Number.NEGATIVE_INFINITY;
  let mix: NodeBound['mix'] = [];
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const { value, column } = relax(relaxer, placement, pricesOf(variant, multipliers));
    if (value === Number.POSITIVE_INFINITY) return { ...NO_CUT, isFinal: true };
    bound = Math.max(bound, lagrangianBound(value, multipliers, limits));
    if (bound >= cutoff) return { bound, mix: [{ column, share: 1 }], isFinal: true };
    if (bound > penalty) return { ...NO_CUT, isFinal: true };
    if (column.cost === Number.POSITIVE_INFINITY) {
      mix = mixed ? mixOf(mixed) : [];
      if (mix.length === 0) mix = [{ column, share: 1 }];
      break;
    }
    const used = usesOf(variant, column);
    pool.push(column);
    if (pool.length > MAX_POOL) pool.shift();
    known.push(column);
    addSolution(master, column.cost, used);
    const priced = multipliers.reduce((sum, m, i) => sum + m * used[i], column.cost);
    const before = mixed;
    mixed = solveMaster(master);
    mix = mixOf(mixed);
    if (mix.length === 0) mix = [{ column, share: 1 }];
    const tolerance = Math.max(1e-12 * unit, cutoff < penalty ? 0.01 * (cutoff - bound) : 1e-9 * unit);
    if (mixed.value - bound <= tolerance) break;
    // No better solution at these prices, and the mix was already the best of those known.
    if (before && priced >= before.price - 1e-12 * unit) break;
    multipliers = mixed.multipliers;
  }
  return { bound, mix, isFinal: false };
}

/** The value of a relaxation less what the limits are worth at its prices. */
const lagrangianBound = (value: number, multipliers: number[], limits: number[]): number =>
  multipliers.reduce((sum, m, i) => (m > 0 ? sum - m * limits[i] : sum), value);

/** True where the cut of a column keeps to what is decided. */
function fits({ edge }: Column, placement: Int8Array): boolean {
  for (let l = 0; l < placement.length; l++)
    if (placement[l] !== 0 && placement[l] > 0 !== (edge[l] === 1)) return false;
  return true;
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
  const { origin, producer, rowFrom, rowTo } = model;
  const rows = new Float64Array(model.rowCount + 1);
  for (let t = 0; t < model.tensorCount; t++) {
    if (rowTo[t] < rowFrom[t] || (origin[t] >= 0 && placement[origin[t]] !== 1)) continue;
    const least = leastBytes(model, t, producer[t]);
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

/** The least bytes of a tensor under any option of its producer. */
function leastBytes(model: Model, t: number, producer: number): number {
  if (producer < 0) return residentBytes(model, t, -1);
  let least = Number.POSITIVE_INFINITY;
  for (let o = model.optionStart[producer]; o < model.optionStart[producer + 1]; o++)
    least = Math.min(least, residentBytes(model, t, o));
  return least;
}
