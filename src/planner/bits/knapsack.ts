import type { Group } from './groups.js';
import {
  type Added,
  extendPartials,
  keepMostPromising,
  newPartials,
  type Partials,
  type Room,
} from './partial-selections.js';

/** No more whole selections are returned. */
const MAX_SELECTIONS = 64;

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
  const nothing: KnapsackResult = { selections: [], dropped: Number.POSITIVE_INFINITY };
  const tight = tightLimits(knapsack);
  const { core, leastPrice } = coreChoices(tight, cutoff);
  if (core.some((list) => list.length === 0)) return nothing;
  const decided = Int32Array.from(core, (list) => list[0]);
  const order = groupOrder(tight, core, leastPrice);
  const start = usedBy(tight, core, decided);
  const rest = leastRest(tight, core, order, leastPrice);
  if (start.weights + rest.weights > tight.weightBudget || start.use + rest.use > tight.useBudget) return nothing;

  let partials = startPartials(start);
  const trail: Pick<Partials, 'parent' | 'choice'>[] = [];
  let dropped = Number.POSITIVE_INFINITY;
  for (const g of order) {
    rest.weights -= least(tight.weights?.[g], core[g]);
    rest.use -= least(tight.use?.[g], core[g]);
    rest.price -= leastPrice[g];
    count(2 * partials.size * core[g].length);
    partials = extendPartials(partials, core[g], addedBy(tight, g), roomFor(tight, rest, cutoff));
    count(core[g].length * partials.size);
    dropped = Math.min(dropped, keepMostPromising(partials, width));
    trail.push({ parent: partials.parent.slice(0, partials.size), choice: partials.choice.slice(0, partials.size) });
    if (partials.size === 0) break;
  }
  return { selections: traceBack(partials, trail, order, decided), dropped };
}

/** A knapsack with those limits alone that its choices can exceed. */
interface TightKnapsack {
  groups: Group[];
  allowed: Int32Array[];
  weights: Float64Array[] | undefined;
  weightBudget: number;
  weightPrice: number;
  use: Float64Array[] | undefined;
  useBudget: number;
  usePrice: number;
  /** What the budgets are worth at their prices. */
  budgetPrice: number;
}

function tightLimits({ groups, allowed, ...given }: Knapsack): TightKnapsack {
  const most = (of: Float64Array[]) =>
    groups.reduce((sum, _, g) => sum + allowed[g].reduce((top, c) => Math.max(top, of[g][c]), 0), 0);
  const limitsWeights = most(given.weights) > given.weightBudget;
  const limitsUse = most(given.use) > given.useBudget;
  return {
    groups,
    allowed,
    weights: limitsWeights ? given.weights : undefined,
    weightBudget: limitsWeights ? given.weightBudget : Number.POSITIVE_INFINITY,
    weightPrice: limitsWeights ? given.weightPrice : 0,
    use: limitsUse ? given.use : undefined,
    useBudget: limitsUse ? given.useBudget : Number.POSITIVE_INFINITY,
    usePrice: limitsUse ? given.usePrice : 0,
    budgetPrice:
      (limitsWeights ? given.weightPrice * given.weightBudget : 0) + (limitsUse ? given.usePrice * given.useBudget : 0),
  };
}

/** Cost of a choice with what it takes at the prices of the limits. */
const priceOf = ({ groups, weights, weightPrice, use, usePrice }: TightKnapsack, g: number, c: number): number =>
  groups[g].cost[c] + weightPrice * (weights?.[g][c] ?? 0) + usePrice * (use?.[g][c] ?? 0);

/** The choices that some selection below the cutoff may take: with any other, the Lagrangian bound is at the cutoff. */
function coreChoices(tight: TightKnapsack, cutoff: number): { core: Int32Array[]; leastPrice: number[] } {
  const { groups, allowed, budgetPrice } = tight;
  const leastPrice = groups.map((_, g) =>
    allowed[g].reduce((least, c) => Math.min(least, priceOf(tight, g, c)), Number.POSITIVE_INFINITY),
  );
  const base = leastPrice.reduce((sum, price) => sum + price, 0) - budgetPrice;
  const core = groups.map((_, g) => allowed[g].filter((c) => base + priceOf(tight, g, c) - leastPrice[g] < cutoff));
  return { core, leastPrice };
}

/** The groups with a choice left, those first whose second choice costs much more than the first. */
function groupOrder(tight: TightKnapsack, core: Int32Array[], leastPrice: number[]): number[] {
  const spread = (g: number) => [...core[g]].map((c) => priceOf(tight, g, c)).sort((a, b) => a - b)[1] - leastPrice[g];
  const rank = Float64Array.from(core, (list, g) => (list.length > 1 ? spread(g) : 0));
  const open = core.map((_, g) => g).filter((g) => core[g].length > 1);
  return open.sort((a, b) => rank[b] - rank[a] || a - b);
}

interface Used {
  cost: number;
  weights: number;
  use: number;
}

/** What the groups with one choice left take. */
function usedBy({ groups, weights, use }: TightKnapsack, core: Int32Array[], decided: Int32Array): Used {
  const used: Used = { cost: 0, weights: 0, use: 0 };
  groups.forEach(({ cost }, g) => {
    if (core[g].length > 1) return;
    used.cost += cost[decided[g]];
    used.weights += weights?.[g][decided[g]] ?? 0;
    used.use += use?.[g][decided[g]] ?? 0;
  });
  return used;
}

/** What the groups still to come take at least. */
interface Rest {
  weights: number;
  use: number;
  price: number;
}

function leastRest(tight: TightKnapsack, core: Int32Array[], order: number[], leastPrice: number[]): Rest {
  const rest: Rest = { weights: 0, use: 0, price: 0 };
  for (const g of order) {
    rest.weights += least(tight.weights?.[g], core[g]);
    rest.use += least(tight.use?.[g], core[g]);
    rest.price += leastPrice[g];
  }
  return rest;
}

/** The least of what the choices take; 0 where that is not limited. */
const least = (amounts: Float64Array | undefined, choices: Int32Array): number =>
  amounts ? choices.reduce((most, c) => Math.min(most, amounts[c]), Number.POSITIVE_INFINITY) : 0;

function startPartials({ cost, weights, use }: Used): Partials {
  const partials = newPartials(1);
  partials.size = 1;
  partials.cost[0] = cost;
  partials.weights[0] = weights;
  partials.use[0] = use;
  return partials;
}

const addedBy = ({ groups, weights, use }: TightKnapsack, g: number): Added => ({
  cost: groups[g].cost,
  weights: weights?.[g],
  use: use?.[g],
});

const roomFor = (tight: TightKnapsack, rest: Rest, cutoff: number): Room => ({
  weights: tight.weightBudget - rest.weights,
  use: tight.useBudget - rest.use,
  weightPrice: tight.weightPrice,
  usePrice: tight.usePrice,
  offset: rest.price - tight.budgetPrice,
  cutoff,
});

/** The cheapest whole selections, from the last choice back to the first. */
function traceBack(
  partials: Partials,
  trail: Pick<Partials, 'parent' | 'choice'>[],
  order: number[],
  decided: Int32Array,
): KnapsackResult['selections'] {
  return Array.from(partials.cost.subarray(0, Math.min(MAX_SELECTIONS, partials.size)), (cost, end) => {
    const choice = decided.slice();
    let s = end;
    for (let k = order.length - 1; k >= 0; k--) {
      choice[order[k]] = trail[k].choice[s];
      s = trail[k].parent[s];
    }
    return { cost, choice };
  });
}

/**
 * A surrogate constraint for all resources beside weights: their sum at their prices. It is implied by their budgets,
 * and the Lagrangian bound is the same.
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
