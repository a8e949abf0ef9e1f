import { addSolution, createMaster, solveMaster } from '../relaxation/master.js';
import type { Group } from './groups.js';

/** One choice per group, within budgets of what is limited and budgets of memory. */
export interface Selecting {
  groups: Group[];
  /** Per group, the choices that may be taken. */
  allowed: Int32Array[];
  /** Per resource of the model. */
  budgets: number[];
  /** What the weights and the bytes of every memory row must stay within; the first is for the weights alone. */
  memory: MemoryBudget[];
}

export interface MemoryBudget {
  budget: number;
  /** Bytes beside the weights, per group and choice; undefined for a group that adds none. */
  bytes: (Float64Array | undefined)[];
}

export interface DualBound {
  /** No selection within the budgets costs less. Infinite where there is none. */
  bound: number;
  /** Per resource of the model. */
  prices: number[];
  /** Per memory budget. */
  memoryPrices: number[];
  /** Choice per group that is cheapest at these prices. */
  choice: Int32Array;
  /** The selections that the bound mixes, with their shares; where they disagree, it is weak. */
  mix: { choice: Int32Array; share: number }[];
}

/**
 * The Lagrangian bound of a selection: the best prices for what is limited and for memory.
 *
 * @param cutoff stop as soon as the bound reaches this
 * @param penalty more than any selection costs
 * @param count told the elementary steps done
 */
export function dualBound(
  { groups, allowed, budgets, memory }: Selecting,
  cutoff: number,
  penalty: number,
  count: (steps: number) => void,
): DualBound {
  const size = allowed.reduce((sum, list) => sum + list.length, 0);
  const limits = [...budgets, ...memory.map(({ budget }) => budget)];
  const master = limits.length > 0 ? createMaster(limits, 10 * penalty, penalty / 1e3) : undefined;
  const known: Int32Array[] = [];
  let multipliers = limits.map(() => 0);
  let best: DualBound = {
    bound: Number.NEGATIVE_INFINITY,
    prices: budgets.map(() => 0),
    memoryPrices: memory.map(() => 0),
    choice: new Int32Array(groups.length),
    mix: [],
  };
  for (let round = 0; round < 80; round++) {
    const prices = multipliers.slice(0, budgets.length);
    const memoryPrices = multipliers.slice(budgets.length);
    const weightPrice = memoryPrices.reduce((sum, price) => sum + price, 0);
    const choice = new Int32Array(groups.length);
    let bound = multipliers.reduce((sum, price, i) => (price > 0 ? sum - price * limits[i] : sum), 0);
    for (let g = 0; g < groups.length; g++) {
      const { cost, weights, used } = groups[g];
      const list = allowed[g];
      let least = Number.POSITIVE_INFINITY;
      for (let i = 0; i < list.length; i++) {
        const c = list[i];
        let price = cost[c] + weightPrice * weights[c];
        for (let k = 0; k < prices.length; k++) price += prices[k] * used[k][c];
        for (let m = 1; m < memory.length; m++) {
          const bytes = memory[m].bytes[g];
          if (bytes !== undefined) price += memoryPrices[m] * bytes[c];
        }
        if (price < least) {
          least = price;
          choice[g] = c;
        }
      }
      bound += least;
    }
    count(size);
    if (bound > best.bound) best = { ...best, bound, prices, memoryPrices, choice };
    if (best.bound >= cutoff || best.bound > penalty || !master) break;

    const used = amounts(groups, memory, choice);
    const needed = [...used.resources, ...used.memory];
    if (round === 0 && needed.every((amount, i) => amount <= limits[i])) break;
    addSolution(master, used.cost, needed);
    known.push(choice);
    const { value, multipliers: next, shares } = solveMaster(master);
    best.mix = Array.from(shares, ([i, share]) => ({ choice: known[i], share }));
    count(20 * (round + 4));
    if (value - best.bound <= 1e-13 * penalty && value < penalty) break;
    if (next.every((price, i) => price === multipliers[i])) break;
    multipliers = next;
  }
  if (best.mix.length === 0) best.mix = [{ choice: best.choice, share: 1 }];
  if (best.bound > penalty) best.bound = Number.POSITIVE_INFINITY;
  return best;
}

function amounts(groups: Group[], memory: MemoryBudget[], choice: Int32Array) {
  let cost = 0;
  let weights = 0;
  const resources = groups[0]?.used.map(() => 0) ?? [];
  groups.forEach((group, g) => {
    const c = choice[g];
    cost += group.cost[c];
    weights += group.weights[c];
    for (let k = 0; k < resources.length; k++) resources[k] += group.used[k][c];
  });
  return {
    cost,
    resources,
    memory: memory.map(({ bytes }) => bytes.reduce((sum, list, g) => sum + (list?.[choice[g]] ?? 0), weights)),
  };
}
