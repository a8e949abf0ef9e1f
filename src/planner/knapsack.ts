import type { Group } from './groups.js';

/** One choice per group; the budgets are for the groups alone, infinite where there is none. */
export interface Knapsack {
  groups: Group[];
  /** Per group, the choices that may be taken. */
  allowed: Int32Array[];
  /** Bytes per group and choice. */
  weights: Float64Array[];
  weightBudget: number;
  errorBudget: number;
  /** Prices of the Lagrangian bound that guides the search. */
  weightPrice: number;
  errorPrice: number;
}

export interface KnapsackResult {
  /** Selections within the budgets that cost less than the cutoff, cheapest first; the first is the best unless `bound` is below it. */
  selections: { seconds: number; choice: Int32Array }[];
  /** No selection that was dropped unseen costs less than this. Infinite where none was. */
  dropped: number;
}

/**
 * Solves a knapsack group by group, keeping every partial selection that is not beaten in cost, weights and error by another and whose
 * Lagrangian bound is below the cutoff. With more than `width` of them, the least promising are dropped.
 */
export function solveKnapsack(knapsack: Knapsack, cutoff: number, width: number, count: (steps: number) => void): KnapsackResult {
  const { groups } = knapsack;
  const weightOf = (g: number, c: number) => knapsack.weights[g][c];
  const errorOf = (g: number, c: number) => groups[g].choices[c].error;
  const most = (of: typeof weightOf) =>
    groups.reduce((sum, _, g) => sum + knapsack.allowed[g].reduce((top, c) => Math.max(top, of(g, c)), 0), 0);
  const limitsWeights = most(weightOf) > knapsack.weightBudget;
  const limitsError = most(errorOf) > knapsack.errorBudget;
  const weightBudget = limitsWeights ? knapsack.weightBudget : Number.POSITIVE_INFINITY;
  const errorBudget = limitsError ? knapsack.errorBudget : Number.POSITIVE_INFINITY;
  const weightPrice = limitsWeights ? knapsack.weightPrice : 0;
  const errorPrice = limitsError ? knapsack.errorPrice : 0;
  const budgetPrice = (limitsWeights ? weightPrice * knapsack.weightBudget : 0) + (limitsError ? errorPrice * knapsack.errorBudget : 0);
  const priceOf = (g: number, c: number) => groups[g].choices[c].seconds + weightPrice * weightOf(g, c) + errorPrice * errorOf(g, c);
  const leastPrice = groups.map((_, g) =>
    knapsack.allowed[g].reduce((least, c) => Math.min(least, priceOf(g, c)), Number.POSITIVE_INFINITY),
  );
  const base = leastPrice.reduce((sum, price) => sum + price, 0) - budgetPrice;

  // A choice whose price alone lifts the bound over the cutoff is in no better selection.
  const core = groups.map((_, g) => knapsack.allowed[g].filter((c) => base + priceOf(g, c) - leastPrice[g] < cutoff));
  if (core.some((list) => list.length === 0)) return { selections: [], dropped: Number.POSITIVE_INFINITY };
  const choice = Int32Array.from(core, (list) => list[0]);
  const open = groups.map((_, g) => g).filter((g) => core[g].length > 1);
  const spread = (g: number) => [...core[g]].map((c) => priceOf(g, c)).sort((a, b) => a - b)[1] - leastPrice[g];
  const rank = Float64Array.from(groups, (_, g) => (core[g].length > 1 ? spread(g) : 0));
  open.sort((a, b) => rank[b] - rank[a] || a - b);

  const start = { seconds: 0, weights: 0, error: 0 };
  groups.forEach(({ choices }, g) => {
    if (core[g].length > 1) return;
    start.seconds += choices[choice[g]].seconds;
    start.weights += limitsWeights ? weightOf(g, choice[g]) : 0;
    start.error += limitsError ? choices[choice[g]].error : 0;
  });
  // What the groups still open will take at least.
  let restWeights = 0;
  let restError = 0;
  let restPrice = 0;
  const leastOf = (g: number, of: typeof weightOf) => core[g].reduce((least, c) => Math.min(least, of(g, c)), Number.POSITIVE_INFINITY);
  for (const g of open) {
    restWeights += limitsWeights ? leastOf(g, weightOf) : 0;
    restError += limitsError ? leastOf(g, errorOf) : 0;
    restPrice += leastPrice[g];
  }
  if (start.weights + restWeights > weightBudget || start.error + restError > errorBudget)
    return { selections: [], dropped: Number.POSITIVE_INFINITY };

  let states = { seconds: Float64Array.of(start.seconds), weights: Float64Array.of(start.weights), error: Float64Array.of(start.error) };
  const trail: { parent: Int32Array; choice: Uint16Array }[] = [];
  let dropped = Number.POSITIVE_INFINITY;
  for (const g of open) {
    const { choices } = groups[g];
    restWeights -= limitsWeights ? leastOf(g, weightOf) : 0;
    restError -= limitsError ? leastOf(g, errorOf) : 0;
    restPrice -= leastPrice[g];
    const list = core[g];
    const count0 = states.seconds.length;
    const capacity = count0 * list.length;
    const next = { seconds: new Float64Array(capacity), weights: new Float64Array(capacity), error: new Float64Array(capacity) };
    const parent = new Int32Array(capacity);
    const taken = new Uint16Array(capacity);
    const bounds = new Float64Array(capacity);
    const at = new Int32Array(list.length);
    // The front of (weights, error) of the states kept so far, which all cost less: weights rise, error falls.
    const frontWeights: number[] = [];
    const frontError: number[] = [];
    let size = 0;
    for (let step = 0; step < capacity; step++) {
      let from = -1;
      let seconds = Number.POSITIVE_INFINITY;
      for (let k = 0; k < list.length; k++) {
        if (at[k] >= count0) continue;
        const sum = states.seconds[at[k]] + choices[list[k]].seconds;
        if (sum < seconds) {
          seconds = sum;
          from = k;
        }
      }
      if (from < 0) break;
      const s = at[from]++;
      const weights = states.weights[s] + (limitsWeights ? weightOf(g, list[from]) : 0);
      const error = states.error[s] + (limitsError ? choices[list[from]].error : 0);
      if (weights + restWeights > weightBudget || error + restError > errorBudget) continue;
      const bound = seconds + weightPrice * weights + errorPrice * error + restPrice - budgetPrice;
      if (bound >= cutoff) continue;
      const position = upperBound(frontWeights, weights);
      if (position > 0 && frontError[position - 1] <= error) continue;
      let end = position;
      while (end < frontError.length && frontError[end] >= error) end++;
      // An entry of equal weights has a larger error here, and goes as well.
      const begin = position > 0 && frontWeights[position - 1] === weights ? position - 1 : position;
      frontWeights.splice(begin, end - begin, weights);
      frontError.splice(begin, end - begin, error);
      next.seconds[size] = seconds;
      next.weights[size] = weights;
      next.error[size] = error;
      parent[size] = s;
      taken[size] = list[from];
      bounds[size] = bound;
      size++;
    }
    count(2 * capacity);
    if (size > width) {
      const sorted = bounds.slice(0, size).sort();
      const threshold = sorted[width];
      let ties = width - sorted.indexOf(threshold);
      let kept = 0;
      for (let i = 0; i < size; i++) {
        if (bounds[i] > threshold || (bounds[i] === threshold && ties-- <= 0)) {
          dropped = Math.min(dropped, bounds[i]);
          continue;
        }
        for (const array of [next.seconds, next.weights, next.error, parent, taken]) array[kept] = array[i];
        kept++;
      }
      size = kept;
    }
    states = { seconds: next.seconds.slice(0, size), weights: next.weights.slice(0, size), error: next.error.slice(0, size) };
    trail.push({ parent: parent.slice(0, size), choice: taken.slice(0, size) });
    if (size === 0) break;
  }
  const selections = Array.from(states.seconds.subarray(0, 64), (seconds, end) => {
    const selected = choice.slice();
    let s = end;
    for (let k = open.length - 1; k >= 0; k--) {
      selected[open[k]] = trail[k].choice[s];
      s = trail[k].parent[s];
    }
    return { seconds, choice: selected };
  });
  return { selections, dropped };
}

/** First index whose value is above `limit` in an ascending list. */
function upperBound(values: number[], limit: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
