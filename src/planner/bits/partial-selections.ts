/** Partial selections of a knapsack, cheapest first, as arrays side by side. */
export interface Partials {
  size: number;
  cost: Float64Array;
  weights: Float64Array;
  use: Float64Array;
  /** Lagrangian bound of what each can become. */
  bound: Float64Array;
  /** The partial selection that each extends, and the choice that it adds. */
  parent: Int32Array;
  choice: Uint16Array;
}

/** What a group adds per choice; undefined where that is not limited. */
export interface Added {
  cost: Float64Array;
  weights: Float64Array | undefined;
  use: Float64Array | undefined;
}

/** What an extended selection must stay within, the least of the groups still to come being set aside. */
export interface Room {
  weights: number;
  use: number;
  /**
   * The bound of a selection is cost + weightPrice * weights + usePrice * use + offset, and must be below the cutoff.
   */
  weightPrice: number;
  usePrice: number;
  offset: number;
  cutoff: number;
}

export function newPartials(capacity: number): Partials {
  return {
    size: 0,
    cost: new Float64Array(capacity),
    weights: new Float64Array(capacity),
    use: new Float64Array(capacity),
    bound: new Float64Array(capacity),
    parent: new Int32Array(capacity),
    choice: new Uint16Array(capacity),
  };
}

/**
 * Runs of extended selections before they are merged; kept between calls, since it is large. Nothing in it outlives a
 * call.
 */
let runs = newPartials(1024);

/**
 * Every partial selection with every choice of one more group, but for those that have no room or are beaten in cost,
 * weights and use by another. Each choice gives a run in order of cost; the runs are merged, equal costs in the order
 * of `list`.
 *
 * @param list the choices that may be taken
 */
export function extendPartials(from: Partials, list: Int32Array, added: Added, room: Room): Partials {
  if (runs.cost.length < from.size * list.length) runs = newPartials(2 * from.size * list.length);
  const end = new Int32Array(list.length);
  let filled = 0;
  for (let k = 0; k < list.length; k++) {
    const c = list[k];
    const cost = added.cost[c];
    const weights = added.weights ? added.weights[c] : 0;
    const use = added.use ? added.use[c] : 0;
    const price = cost + room.weightPrice * weights + room.usePrice * use;
    for (let s = 0; s < from.size; s++) {
      const totalWeights = from.weights[s] + weights;
      const totalUse = from.use[s] + use;
      if (totalWeights > room.weights || totalUse > room.use) continue;
      const bound =
        from.cost[s] + room.weightPrice * from.weights[s] + room.usePrice * from.use[s] + price + room.offset;
      if (bound >= room.cutoff) continue;
      runs.cost[filled] = from.cost[s] + cost;
      runs.weights[filled] = totalWeights;
      runs.use[filled] = totalUse;
      runs.bound[filled] = bound;
      runs.parent[filled] = s;
      runs.choice[filled] = c;
      filled++;
    }
    end[k] = filled;
  }
  return merge(end, filled);
}

/** The runs in one order of cost, without what is beaten. */
function merge(end: Int32Array, filled: number): Partials {
  const merged = newPartials(filled);
  const at = Int32Array.from(end, (_, k) => (k === 0 ? 0 : end[k - 1]));
  const heads = Float64Array.from(end, (last, k) => (at[k] < last ? runs.cost[at[k]] : Number.POSITIVE_INFINITY));
  const front = newFront(filled);
  for (let step = 0; step < filled; step++) {
    let run = 0;
    for (let k = 1; k < heads.length; k++) if (heads[k] < heads[run]) run = k;
    const i = at[run]++;
    heads[run] = at[run] < end[run] ? runs.cost[at[run]] : Number.POSITIVE_INFINITY;
    if (!front.admits(runs.weights[i], runs.use[i])) continue;
    const { size } = merged;
    merged.cost[size] = runs.cost[i];
    merged.weights[size] = runs.weights[i];
    merged.use[size] = runs.use[i];
    merged.bound[size] = runs.bound[i];
    merged.parent[size] = runs.parent[i];
    merged.choice[size] = runs.choice[i];
    merged.size++;
  }
  return merged;
}

/** The front of (weights, use) of what was admitted so far, all of which costs less: weights rise, use falls. */
function newFront(capacity: number) {
  const weights = new Float64Array(capacity);
  const use = new Float64Array(capacity);
  let size = 0;
  return {
    /** False if an admitted entry dominates it: as few weights and as little use, or less. */
    admits(ownWeights: number, ownUse: number): boolean {
      let low = 0;
      let high = size;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (weights[middle] <= ownWeights) low = middle + 1;
        else high = middle;
      }
      if (low > 0 && use[low - 1] <= ownUse) return false;
      let last = low;
      while (last < size && use[last] >= ownUse) last++;
      // An entry of equal weights has a larger use here, and goes as well.
      const first = low > 0 && weights[low - 1] === ownWeights ? low - 1 : low;
      weights.copyWithin(first + 1, last, size);
      use.copyWithin(first + 1, last, size);
      weights[first] = ownWeights;
      use[first] = ownUse;
      size += first + 1 - last;
      return true;
    },
  };
}

/** Keeps the `width` selections of least bound, in their order. Returns the least bound of those dropped. */
export function keepMostPromising(partials: Partials, width: number): number {
  if (partials.size <= width) return Number.POSITIVE_INFINITY;
  const sorted = partials.bound.slice(0, partials.size).sort();
  const threshold = sorted[width];
  let ties = width - sorted.indexOf(threshold);
  let kept = 0;
  for (let i = 0; i < partials.size; i++) {
    const bound = partials.bound[i];
    if (bound > threshold || (bound === threshold && ties-- <= 0)) continue;
    partials.cost[kept] = partials.cost[i];
    partials.weights[kept] = partials.weights[i];
    partials.use[kept] = partials.use[i];
    partials.bound[kept] = bound;
    partials.parent[kept] = partials.parent[i];
    partials.choice[kept] = partials.choice[i];
    kept++;
  }
  partials.size = kept;
  return threshold;
}
