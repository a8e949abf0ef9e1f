/**
 * The small linear program behind every Lagrangian bound (Dantzig-Wolfe): mix the solutions seen so far, at least cost,
 * so that the mix respects every limit. Its prices are the multipliers to look for the next solution with. Costs and
 * resources are >= 0, limits too. Solved by the revised simplex method with an explicit inverse, which stays small: a
 * row per limit and one by which shares add up to 1.
 */
export interface Master {
  rows: number;
  /** Factor of each limit's row, so that all limits are 1. */
  scale: number[];
  /** A cost of the size that matters, in which costs are counted. */
  unit: number;
  /** A slack for each limit, then the column that breaks the limits at a penalty, then the solutions. */
  columns: Float64Array[];
  costs: number[];
  /** Basic column of each row, its amount, and the inverse of the basis. */
  basis: Int32Array;
  amount: Float64Array;
  inverse: Float64Array[];
}

export interface MasterSolution {
  /**
   * Cost of the mix: an upper bound of the Lagrangian bound. Infinite while no mix of the known solutions respects the
   * limits.
   */
  value: number;
  /** Multiplier per limit, >= 0. */
  multipliers: number[];
  /** Price of being the one solution: a solution helps when cost + multipliers * resources < price. */
  price: number;
  /** Share of each registered solution in the mix. */
  shares: Map<number, number>;
}

/** Reduced costs above minus this, in units, count as zero. */
const TOLERANCE = 1e-12;
const MAX_PIVOTS = 400;
/** From here on Bland's rule, should the rule of the largest gain cycle. */
const BLAND_FROM = 200;

/**
 * @param penalty what it costs to break the limits, more than any solution costs
 * @param unit a cost of the size that matters: reduced costs below 1e-12 of it count as zero
 */
export function createMaster(limits: number[], penalty: number, unit: number): Master {
  const rows = limits.length + 1;
  const last = rows - 1;
  const unitColumn = (i: number) => Float64Array.from({ length: rows }, (_, j) => (i === j ? 1 : 0));
  return {
    rows,
    scale: limits.map((limit) => (limit > 0 ? 1 / limit : 1)),
    unit,
    columns: Array.from({ length: rows }, (_, i) => unitColumn(i)),
    costs: limits.map(() => 0).concat(penalty / unit),
    basis: Int32Array.from({ length: rows }, (_, i) => i),
    amount: Float64Array.from({ length: rows }, (_, i) => (i === last ? 1 : limits[i] > 0 ? 1 : 0)),
    inverse: Array.from({ length: rows }, (_, i) => unitColumn(i)),
  };
}

/** Registers a solution by its cost and what it takes of each resource. Returns its number. */
export function addSolution(master: Master, cost: number, resources: number[]): number {
  const { rows, scale, columns, costs, unit } = master;
  const column = new Float64Array(rows);
  for (let i = 0; i < rows - 1; i++) column[i] = resources[i] * scale[i];
  column[rows - 1] = 1;
  columns.push(column);
  costs.push(cost / unit);
  return columns.length - 1 - rows;
}

/** The cheapest mix of all solutions registered. */
export function solveMaster(master: Master): MasterSolution {
  let prices = rowPrices(master);
  for (let round = 0; round < MAX_PIVOTS; round++) {
    const entering = enteringColumn(master, prices, round > BLAND_FROM);
    if (entering < 0 || !pivot(master, entering)) break;
    prices = rowPrices(master);
  }
  return solutionOf(master, prices);
}

/** The simplex multipliers of the basis. */
function rowPrices({ rows, costs, basis, inverse }: Master): Float64Array {
  const prices = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const cost = costs[basis[i]];
    if (cost === 0) continue;
    for (let j = 0; j < rows; j++) prices[j] += cost * inverse[i][j];
  }
  return prices;
}

/** The column of least reduced cost, or the first of negative one; -1 at the optimum. */
function enteringColumn({ rows, columns, costs }: Master, prices: Float64Array, takeFirst: boolean): number {
  let entering = -1;
  let best = -TOLERANCE;
  for (let c = 0; c < columns.length; c++) {
    let reduced = costs[c];
    for (let j = 0; j < rows; j++) reduced -= prices[j] * columns[c][j];
    if (reduced < best) {
      entering = c;
      best = reduced;
      if (takeFirst) break;
    }
  }
  return entering;
}

/** Exchanges the column for one of the basis. False where none has to leave: the program is unbounded. */
function pivot({ rows, columns, basis, amount, inverse }: Master, entering: number): boolean {
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
}

function solutionOf({ rows, scale, unit, costs, basis, amount }: Master, prices: Float64Array): MasterSolution {
  const shares = new Map<number, number>();
  let value = 0;
  let isBroken = false;
  for (let i = 0; i < rows; i++) {
    value += costs[basis[i]] * amount[i];
    if (basis[i] === rows - 1 && amount[i] > 1e-9) isBroken = true;
    if (basis[i] >= rows && amount[i] > 1e-9) shares.set(basis[i] - rows, amount[i]);
  }
  return {
    value: isBroken ? Number.POSITIVE_INFINITY : value * unit,
    multipliers: scale.map((s, i) => Math.max(0, -prices[i]) * s * unit),
    price: prices[rows - 1] * unit,
    shares,
  };
}
