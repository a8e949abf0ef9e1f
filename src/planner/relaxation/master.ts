/**
 * The small linear program behind every Lagrangian bound (Dantzig-Wolfe): mix the solutions seen so far, at least cost,
 * so that the mix respects every limit. Its prices are the multipliers to look for the next solution with. Costs and
 * resources are >= 0, limits too.
 */
export interface Master {
  /** Registers a solution by its cost and what it takes of each resource. Returns its number. */
  add(cost: number, resources: number[]): number;
  /** Solves over all solutions registered. */
  solve(): MasterSolution;
}

export interface MasterSolution {
  /**
   * Cost of the mix: an upper bound of the Lagrangian bound. Infinite while no mix of the known solutions respects the
   * limits.
   */
  value: number;
  /** Multiplier per resource, >= 0. */
  multipliers: number[];
  /** Price of being the one solution: a solution helps when cost + multipliers * resources < price. */
  price: number;
  /** Share of each registered solution in the mix. */
  shares: Map<number, number>;
}

/**
 * @param penalty what it costs to break the limits, more than any solution costs
 * @param unit a cost of the size that matters: reduced costs below 1e-12 of it count as zero
 */
export function createMaster(limits: number[], penalty: number, unit: number): Master {
  const rows = limits.length + 1;
  const last = rows - 1;
  const scale = limits.map((limit) => (limit > 0 ? 1 / limit : 1));
  // Columns 0 .. last - 1 are the slacks, column `last` breaks the limits, the rest are solutions.
  const columns: Float64Array[] = Array.from({ length: rows }, (_, i) => {
    const column = new Float64Array(rows);
    column[i] = 1;
    return column;
  });
  const costs: number[] = limits.map(() => 0).concat(penalty / unit);
  const basis = Int32Array.from({ length: rows }, (_, i) => i);
  const inverse = Array.from({ length: rows }, (_, i) =>
    Float64Array.from({ length: rows }, (_, j) => (i === j ? 1 : 0)),
  );
  const amount = Float64Array.from({ length: rows }, (_, i) => (i === last ? 1 : limits[i] > 0 ? 1 : 0));
  const prices = new Float64Array(rows);
  const tolerance = 1e-12;

  const pivot = (entering: number): boolean => {
    const column = columns[entering];
    const direction = new Float64Array(rows);
    let leaving = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < rows; j++) direction[i] += inverse[i][j] * column[j];
      if (direction[i] <= 1e-11) continue;
      const ratio = amount[i] / direction[i];
      if (ratio < least || (ratio === least && basis[i] < basis[leaving])) {
        least = ratio;
        leaving = i;
      }
    }
    if (leaving < 0) return false;
    for (let j = 0; j < rows; j++) inverse[leaving][j] /= direction[leaving];
    amount[leaving] = least;
    for (let i = 0; i < rows; i++) {
      if (i === leaving || direction[i] === 0) continue;
      for (let j = 0; j < rows; j++) inverse[i][j] -= direction[i] * inverse[leaving][j];
      amount[i] = Math.max(0, amount[i] - direction[i] * least);
    }
    basis[leaving] = entering;
    return true;
  };

  return {
    add(cost, resources) {
      const column = new Float64Array(rows);
      for (let i = 0; i < last; i++) column[i] = resources[i] * scale[i];
      column[last] = 1;
      columns.push(column);
      costs.push(cost / unit);
      return columns.length - 1 - rows;
    },
    solve() {
      for (let round = 0; round < 400; round++) {
        prices.fill(0);
        for (let i = 0; i < rows; i++) {
          if (costs[basis[i]] === 0) continue;
          for (let j = 0; j < rows; j++) prices[j] += costs[basis[i]] * inverse[i][j];
        }
        let entering = -1;
        let best = -tolerance;
        for (let c = 0; c < columns.length; c++) {
          let reduced = costs[c];
          for (let j = 0; j < rows; j++) reduced -= prices[j] * columns[c][j];
          if (reduced < best) {
            entering = c;
            best = reduced;
            // Bland's rule, should the largest-gain rule cycle.
            if (round > 200) break;
          }
        }
        if (entering < 0 || !pivot(entering)) break;
      }
      const shares = new Map<number, number>();
      let value = 0;
      let isBroken = false;
      for (let i = 0; i < rows; i++) {
        value += costs[basis[i]] * amount[i];
        if (basis[i] === last && amount[i] > 1e-9) isBroken = true;
        if (basis[i] >= rows && amount[i] > 1e-9) shares.set(basis[i] - rows, amount[i]);
      }
      return {
        value: isBroken ? Number.POSITIVE_INFINITY : value * unit,
        multipliers: scale.map((s, i) => Math.max(0, -prices[i]) * s * unit),
        price: prices[last] * unit,
        shares,
      };
    },
  };
}
