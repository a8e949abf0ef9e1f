import type { Group } from './groups.js';
import { extendPartials, keepMostPromising, newPartials, type Partials } from './partial-selections.js';

/** One choice per group; the budgets are for the groups alone, infinite where there is none. */
export interface Knapsack {
  groups: Group[];
  /** Per group, the choices that may be taken. */
  allowed: Int32Array[];
  /** Bytes per group and choice. */
  weights: Float64Array[];
  weightBudget: number;
  /** What else is limited, per group and choice: one resource, or several joined into one; see {@link joined}. */
  use: Float64Array[];
  useBudget: number;
  /** Prices of the Lagrangian bound that guides the search. */
  weightPrice: number;
  usePrice: number;
}

export interface KnapsackResult {
  /**
   * Selections within the budgets that cost less than the cutoff, cheapest first; the first is the best unless `bound`
   * is below it.
   */
  selections: { cost: number; choice: Int32Array }[];
  /** No selection that was dropped unseen costs less than this. Infinite where none was. */
  dropped: number;
}

/**
 * Solves a knapsack group by group, keeping every partial selection that is not beaten in cost, weights and use by
 * another and whose Lagrangian bound is below the cutoff. With more than `width` of them, the least promising are
 * dropped.
 */
export function solveKnapsack(
  knapsack: Knapsack,
  cutoff: number,
  width: number,
  count: (steps: number) => void,
): KnapsackResult {
  const { groups } = knapsack;
  const weightOf = (g: number, c: number) => knapsack.weights[g][c];
  const useOf = (g: number, c: number) => knapsack.use[g][c];
  const most = (of: typeof weightOf) =>
    groups.reduce((sum, _, g) => sum + knapsack.allowed[g].reduce((top, c) => Math.max(top, of(g, c)), 0), 0);
  const limitsWeights = most(weightOf) > knapsack.weightBudget;
  const limitsUse = most(useOf) > knapsack.useBudget;
  const weightBudget = limitsWeights ? knapsack.weightBudget : Number.POSITIVE_INFINITY;
  const useBudget = limitsUse ? knapsack.useBudget : Number.POSITIVE_INFINITY;
  const weightPrice = limitsWeights ? knapsack.weightPrice : 0;
  const usePrice = limitsUse ? knapsack.usePrice : 0;
  const budgetPrice =
    (limitsWeights ? weightPrice * knapsack.weightBudget : 0) + (limitsUse ? usePrice * knapsack.useBudget : 0);
  const priceOf = (g: number, c: number) => groups[g].cost[c] + weightPrice * weightOf(g, c) + usePrice * useOf(g, c);
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

  const start = { cost: 0, weights: 0, use: 0 };
  groups.forEach(({ cost }, g) => {
    if (core[g].length > 1) return;
    start.cost += cost[choice[g]];
    start.weights += limitsWeights ? weightOf(g, choice[g]) : 0;
    start.use += limitsUse ? useOf(g, choice[g]) : 0;
  });
  // What the groups still open will take at least.
  let restWeights = 0;
  let restUse = 0;
  let restPrice = 0;
  const leastOf = (g: number, of: typeof weightOf) =>
    core[g].reduce((least, c) => Math.min(least, of(g, c)), Number.POSITIVE_INFINITY);
  for (const g of open) {
    restWeights += limitsWeights ? leastOf(g, weightOf) : 0;
    restUse += limitsUse ? leastOf(g, useOf) : 0;
    restPrice += leastPrice[g];
  }
  if (start.weights + restWeights > weightBudget || start.use + restUse > useBudget)
    return { selections: [], dropped: Number.POSITIVE_INFINITY };

  let partials = newPartials(1);
  partials.size = 1;
  partials.cost[0] = start.cost;
  partials.weights[0] = start.weights;
  partials.use[0] = start.use;
  const trail: Pick<Partials, 'parent' | 'choice'>[] = [];
  let dropped = Number.POSITIVE_INFINITY;
  for (const g of open) {
    restWeights -= limitsWeights ? leastOf(g, weightOf) : 0;
    restUse -= limitsUse ? leastOf(g, useOf) : 0;
    restPrice -= leastPrice[g];
    const added = {
      cost: groups[g].cost,
      weights: limitsWeights ? knapsack.weights[g] : undefined,
      use: limitsUse ? knapsack.use[g] : undefined,
    };
    const room = {
      weights: weightBudget - restWeights,
      use: useBudget - restUse,
      weightPrice,
      usePrice,
      offset: restPrice - budgetPrice,
      cutoff,
    };
    count(2 * partials.size * core[g].length);
    partials = extendPartials(partials, core[g], added, room);
    count(core[g].length * partials.size);
    dropped = Math.min(dropped, keepMostPromising(partials, width));
    trail.push({ parent: partials.parent.slice(0, partials.size), choice: partials.choice.slice(0, partials.size) });
    if (partials.size === 0) break;
  }
  const selections = Array.from(partials.cost.subarray(0, Math.min(64, partials.size)), (cost, end) => {
    const selected = choice.slice();
    let s = end;
    for (let k = open.length - 1; k >= 0; k--) {
      selected[open[k]] = trail[k].choice[s];
      s = trail[k].parent[s];
    }
    return { cost, choice: selected };
  });
  return { selections, dropped };
}

/**
 * What is limited beside weights, as one resource: several are added up at their prices. Whatever respects each budget
 * respects the joint one, and the Lagrangian bound is the same.
 */
export function joined(
  groups: Group[],
  budgets: number[],
  prices: number[],
): Pick<Knapsack, 'use' | 'useBudget' | 'usePrice'> {
  const priced = budgets.map((_, k) => k).filter((k) => prices[k] > 0);
  if (budgets.length === 0) {
    return {
      use: groups.map(({ cost }) => new Float64Array(cost.length)),
      useBudget: Number.POSITIVE_INFINITY,
      usePrice: 0,
    };
  }
  if (priced.length < 2) {
    const [k = 0] = priced;
    return { use: groups.map(({ used }) => used[k]), useBudget: budgets[k], usePrice: prices[k] };
  }
  return {
    use: groups.map(({ cost, used }) => cost.map((_, c) => priced.reduce((sum, k) => sum + prices[k] * used[k][c], 0))),
    useBudget: priced.reduce((sum, k) => sum + prices[k] * budgets[k], 0),
    usePrice: 1,
  };
}
