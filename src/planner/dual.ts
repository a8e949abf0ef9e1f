import type { Group } from './groups.js';
import { createMaster } from './master.js';

/** A knapsack with one choice per group: the budgets are for the groups alone, infinite where there is none. */
export interface Knapsack {
  groups: Group[];
  /** Per group, the choices that may be taken; cheapest first. */
  allowed: Int32Array[];
  weights: number;
  error: number;
}

export interface DualBound {
  /** No selection within the budgets costs less. Infinite where there is none. */
  bound: number;
  weightPrice: number;
  errorPrice: number;
  /** Choice per group that is cheapest at these prices. */
  choice: Int32Array;
  /** The selections that the bound mixes; where they disagree, it is weak. */
  mix: Int32Array[];
}

/**
 * The Lagrangian bound of a knapsack: the best prices for weights and error.
 *
 * @param cutoff stop as soon as the bound reaches this
 * @param penalty more than any selection costs
 * @param count told the elementary steps done
 */
export function dualBound({ groups, allowed, weights, error }: Knapsack, cutoff: number, penalty: number, count: (steps: number) => void): DualBound {
  const size = allowed.reduce((sum, list) => sum + list.length, 0);
  const best: DualBound = { bound: Number.NEGATIVE_INFINITY, weightPrice: 0, errorPrice: 0, choice: new Int32Array(groups.length), mix: [] };
  const limited = Number.isFinite(weights) || Number.isFinite(error);
  const master = limited ? createMaster([Number.isFinite(weights) ? weights : 1, Number.isFinite(error) ? error : 1], 10 * penalty, penalty / 1e3) : undefined;
  const known: Int32Array[] = [];
  let weightPrice = 0;
  let errorPrice = 0;
  for (let round = 0; round < 60; round++) {
    const choice = new Int32Array(groups.length);
    let priced = 0;
    let seconds = 0;
    let usedWeights = 0;
    let usedError = 0;
    for (let g = 0; g < groups.length; g++) {
      const { choices } = groups[g];
      let least = Number.POSITIVE_INFINITY;
      for (const c of allowed[g]) {
        const cost = choices[c].seconds + weightPrice * choices[c].weights + errorPrice * choices[c].error;
        if (cost < least) {
          least = cost;
          choice[g] = c;
        }
      }
      const taken = choices[choice[g]];
      priced += least;
      seconds += taken.seconds;
      if (Number.isFinite(weights)) usedWeights += taken.weights;
      if (Number.isFinite(error)) usedError += taken.error;
    }
    count(size);
    const bound = priced - (weightPrice > 0 ? weightPrice * weights : 0) - (errorPrice > 0 ? errorPrice * error : 0);
    if (bound > best.bound) Object.assign(best, { bound, weightPrice, errorPrice, choice });
    if (best.bound >= cutoff || best.bound > penalty || !master) break;
    if (round === 0 && usedWeights <= weights && usedError <= error) break;
    master.add(seconds, [usedWeights, usedError]);
    known.push(choice);
    const { value, multipliers, shares } = master.solve();
    best.mix = Array.from(shares.keys(), (i) => known[i]);
    count(20 * (round + 4));
    if (value - best.bound <= 1e-13 * penalty && value < penalty) break;
    if (multipliers[0] === weightPrice && multipliers[1] === errorPrice) break;
    [weightPrice, errorPrice] = multipliers;
  }
  if (best.bound > penalty) best.bound = Number.POSITIVE_INFINITY;
  return best;
}
