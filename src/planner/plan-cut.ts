import { type DualBound, dualBound, type MemoryBudget } from './dual.js';
import { type Group, groupsOfCut } from './groups.js';
import { type Knapsack, solveKnapsack } from './knapsack.js';
import { type Model, residentBytes } from './model.js';
import { rowBytes } from './relax.js';

export interface CutPlan {
  option: Int32Array;
  wire: Int32Array;
  seconds: number;
}

export interface CutResult {
  /** The best plan found with this cut that costs less than the cutoff. */
  plan: CutPlan | undefined;
  /** No plan with this cut costs less; the cutoff itself where all that is known is that none is below it. */
  bound: number;
}

export interface CutEffort {
  /** Partial selections kept at a time. */
  width: number;
  /** Restrictions of the choices that are tried. */
  nodes: number;
  /** Elementary steps after which no more are tried. */
  work: number;
}

/** Some choices taken away, and a peak of activations that is known to be reached. */
interface Restriction {
  allowed: Int32Array[];
  floor: number;
}

interface CutNode extends Restriction {
  bound: number;
}

const SLACK = 1 + 1e-12;
/** Where this many partial selections do not settle a knapsack, halving a group that its bound mixes settles it sooner. */
const FIRST_WIDTH = 64;
const MOST_ROWS = 12;

/** Bits and encodings for a fixed cut, exactly unless the effort runs out: then `bound` says what is left open. */
export function planCut(
  model: Model,
  edge: Uint8Array,
  cutoff: number,
  penalty: number,
  effort: CutEffort,
  report: (steps: number) => void,
): CutResult {
  let work = 0;
  const count = (steps: number) => {
    work += steps;
    report(steps);
  };
  const cut = groupsOfCut(model, edge);
  if (!cut) return { plan: undefined, bound: Number.POSITIVE_INFINITY };
  const { groups } = cut;
  const errorBudget = model.limits.error * SLACK - cut.error;
  if (errorBudget < 0) return { plan: undefined, bound: Number.POSITIVE_INFINITY };
  const isEmpty = !edge.includes(1);
  const hasMemoryLimit = Number.isFinite(model.limits.memory) && !isEmpty;
  const option = new Int32Array(model.layerCount).fill(-1);
  const rowsAt = (choiceOf: (g: number) => number) => {
    groups.forEach(({ layer, choices }, g) => {
      if (layer >= 0) option[layer] = choices[choiceOf(g)].option;
    });
    count(model.tensorCount + model.rowCount);
    return rowBytes(model, edge, option);
  };
  const weightsOf = (choice: Int32Array) => groups.reduce((sum, { choices }, g) => sum + choices[choice[g]].weights, 0);

  const inputRows = rowBytes(model, edge, option, 'inputs');
  const rows: { row: number; budget: MemoryBudget }[] = [];
  /** Remembers a memory row that some selection breaks. False where it is known already, or there are too many. */
  const addRow = (row: number): boolean => {
    if (row < 0 || rows.length >= MOST_ROWS || rows.some((known) => known.row === row)) return false;
    rows.push({ row, budget: { budget: model.limits.memory * SLACK - inputRows[row], bytes: bytesInRow(model, edge, groups, row) } });
    return true;
  };
  const isCapped = model.problem.activationMemory === 'largest';

  let best: CutPlan | undefined;
  let limit = cutoff;
  let open = Number.POSITIVE_INFINITY;
  const queue: CutNode[] = [
    { allowed: groups.map(({ choices }) => Int32Array.from(choices, (_, c) => c)), floor: 0, bound: Number.NEGATIVE_INFINITY },
  ];
  for (let visited = 0; queue.length > 0; visited++) {
    const node = takeBest(queue);
    if (node.bound >= limit) continue;
    if (visited >= effort.nodes || (visited > 0 && work > effort.work)) {
      open = Math.min(open, node.bound);
      continue;
    }
    const fewestBits = node.allowed.map((list, g) =>
      list.reduce((least, c) => (groups[g].choices[c].bits < groups[g].choices[least].bits ? c : least), list[0]),
    );
    const peak = hasMemoryLimit ? Math.max(node.floor, maximum(rowsAt((g) => fewestBits[g]))) : 0;
    const floorBudget = model.limits.memory * SLACK - peak;
    if (floorBudget < 0) continue;
    const budgets = (): MemoryBudget[] => (hasMemoryLimit ? [{ budget: floorBudget, bytes: [] }, ...rows.map(({ budget }) => budget)] : []);
    let dual: DualBound;
    do {
      dual = dualBound({ groups, allowed: node.allowed, errorBudget, memory: budgets() }, limit - cut.seconds, penalty, count);
    } while (
      hasMemoryLimit &&
      !isCapped &&
      dual.bound + cut.seconds < limit &&
      addRow(brokenRow(dual, rowsAt, weightsOf, model.limits.memory * SLACK))
    );
    node.bound = Math.max(node.bound, dual.bound + cut.seconds);
    if (node.bound >= limit) continue;

    const isBroken = (choice: Int32Array) =>
      hasMemoryLimit && weightsOf(choice) + maximum(rowsAt((g) => choice[g])) > model.limits.memory * (SLACK + 5e-13);
    const push = (children: Restriction[]) => {
      for (const child of children) queue.push({ ...child, bound: node.bound });
      return children.length > 0;
    };
    const pushPeak = (choice: Int32Array) => {
      const reached = rowsAt((g) => choice[g]);
      return push(isCapped ? splitByCap(groups, node, peak, maximum(reached)) : splitByLayer(model, edge, groups, node, reached, choice));
    };
    // Where memory has a price, the relaxed choice shows which cap is too high before any knapsack is solved.
    if (isCapped && dual.memoryPrices[0] > 0 && maximum(rowsAt((g) => dual.choice[g])) > peak) {
      pushPeak(dual.choice);
      continue;
    }
    const knapsack = {
      groups,
      allowed: node.allowed,
      errorBudget,
      errorPrice: dual.errorPrice,
      ...surrogate(groups, budgets(), dual.memoryPrices),
    };
    for (let width = Math.min(FIRST_WIDTH, effort.width); ; width = Math.min(effort.width, width * 16)) {
      const { selections, dropped } = solveKnapsack(knapsack, limit - cut.seconds, width, count);
      const feasible = selections.find(({ choice }) => !isBroken(choice));
      if (feasible && feasible.seconds + cut.seconds < limit) {
        best = toPlan(model, groups, feasible.choice, feasible.seconds + cut.seconds);
        limit = best.seconds;
      }
      const lowest = selections[0];
      if (lowest && lowest.seconds + cut.seconds < limit && isBroken(lowest.choice)) {
        const reached = rowsAt((g) => lowest.choice[g]);
        if (!isCapped && addRow(reached.indexOf(maximum(reached)))) push([node]);
        else pushPeak(lowest.choice);
        break;
      }
      if (dropped + cut.seconds >= limit || push(splitByMix(groups, node, dual.mix))) break;
      if (width >= effort.width) {
        open = Math.min(open, dropped + cut.seconds);
        break;
      }
    }
  }
  return { plan: best, bound: Math.min(limit, open) };
}

/**
 * One budget that stands for all: their mean, weighted by their prices. Whatever respects each of them respects this one, and the
 * Lagrangian bound is the same.
 */
function surrogate(groups: Group[], budgets: MemoryBudget[], prices: number[]): Pick<Knapsack, 'weights' | 'weightBudget' | 'weightPrice'> {
  const weightPrice = prices.reduce((sum, price) => sum + price, 0);
  const shares = prices.map((price, m) => (weightPrice > 0 ? price / weightPrice : m === 0 ? 1 : 0));
  const weights = groups.map(({ choices }, g) =>
    Float64Array.from(choices, (choice, c) =>
      budgets.reduce((sum, { bytes }, m) => sum + shares[m] * (bytes[g]?.[c] ?? 0), choice.weights),
    ),
  );
  const weightBudget =
    budgets.length === 0 ? Number.POSITIVE_INFINITY : budgets.reduce((sum, { budget }, m) => sum + shares[m] * budget, 0);
  return { weights, weightBudget, weightPrice };
}

/** The memory row that the mix behind a bound exceeds most, or comes nearest to. */
function brokenRow(
  { mix }: DualBound,
  rowsAt: (choiceOf: (g: number) => number) => Float64Array,
  weightsOf: (choice: Int32Array) => number,
  memory: number,
): number {
  let total: Float64Array | undefined;
  let weights = 0;
  for (const { choice, share } of mix) {
    const rows = rowsAt((g) => choice[g]);
    total = total ? total.map((sum, k) => sum + share * rows[k]) : rows.map((bytes) => share * bytes);
    weights += share * weightsOf(choice);
  }
  const most = total ? maximum(total) : 0;
  return total && weights + most > memory * (1 + 1e-9) ? total.indexOf(most) : -1;
}

/** Bytes that every choice adds to a memory row. */
function bytesInRow(model: Model, edge: Uint8Array, groups: Group[], row: number): (Float64Array | undefined)[] {
  return groups.map(({ layer, choices }) => {
    const there = layer < 0 ? [] : model.outputs[layer].filter((t) => isResident(model, edge, t, row));
    return there.length === 0
      ? undefined
      : Float64Array.from(choices, ({ option }) => there.reduce((sum, t) => sum + residentBytes(model, t, option), 0));
  });
}

function isResident(model: Model, edge: Uint8Array, t: number, row: number): boolean {
  if (!edge[model.origin[t]] || row < model.rowFrom[t]) return false;
  return row <= model.rowTo[t] || (model.late[t] === 1 && model.readers[t].some((l) => !edge[l]));
}

function toPlan(model: Model, groups: Group[], choice: Int32Array, seconds: number): CutPlan {
  const option = new Int32Array(model.layerCount).fill(-1);
  const wire = new Int32Array(model.tensorCount).fill(-1);
  groups.forEach(({ layer, choices }, g) => {
    const taken = choices[choice[g]];
    if (layer >= 0) option[layer] = taken.option;
    for (const [t, w] of taken.wires) wire[t] = w;
  });
  return { option, wire, seconds };
}

/** Either no tensor is above a cap, or the peak is at least the next size. */
function splitByCap(groups: Group[], { allowed, floor }: Restriction, peak: number, reached: number): Restriction[] {
  const sizes = new Set<number>([peak]);
  groups.forEach(({ choices }, g) => {
    for (const c of allowed[g]) if (choices[c].bytes > peak && choices[c].bytes <= reached) sizes.add(choices[c].bytes);
  });
  const sorted = [...sizes].sort((a, b) => a - b);
  const middle = (sorted.length - 2) >> 1;
  const cap = sorted[middle];
  return [
    { allowed: allowed.map((list, g) => list.filter((c) => groups[g].choices[c].bytes <= cap)), floor },
    { allowed, floor: sorted[middle + 1] },
  ];
}

/** The group whose mixed choices differ most in cost takes either the cheaper ones or the dearer ones. */
function splitByMix(groups: Group[], node: Restriction, mix: DualBound['mix']): Restriction[] {
  let split = -1;
  let most = 0;
  let middle = 0;
  groups.forEach(({ choices }, g) => {
    let least = Number.POSITIVE_INFINITY;
    let dearest = 0;
    for (const { choice } of mix) {
      const { seconds } = choices[choice[g]];
      if (seconds < least) least = seconds;
      if (seconds > dearest) dearest = seconds;
    }
    if (!(dearest - least > most)) return;
    most = dearest - least;
    split = g;
    middle = (least + dearest) / 2;
    // Neighbouring floating-point numbers have no middle.
    if (middle >= dearest) middle = least;
  });
  if (split < 0) return [];
  const { choices } = groups[split];
  return halves(node, split, (c) => choices[c].seconds <= middle);
}

/** Either the layer that adds most to the peak has fewer bits than chosen, or at least as many. */
function splitByLayer(
  model: Model,
  edge: Uint8Array,
  groups: Group[],
  { allowed, floor }: Restriction,
  rows: Float64Array,
  choice: Int32Array,
): Restriction[] {
  const row = rows.indexOf(maximum(rows));
  let split = -1;
  let most = 0;
  groups.forEach(({ layer, choices }, g) => {
    if (layer < 0) return;
    const fewest = allowed[g].reduce((least, c) => (choices[c].bits < choices[least].bits ? c : least), allowed[g][0]);
    let excess = 0;
    for (const t of model.outputs[layer]) {
      if (!isResident(model, edge, t, row)) continue;
      excess += residentBytes(model, t, choices[choice[g]].option) - residentBytes(model, t, choices[fewest].option);
    }
    if (excess > most) {
      most = excess;
      split = g;
    }
  });
  if (split < 0) return splitByWeights(groups, { allowed, floor }, choice);
  const { choices } = groups[split];
  const { bits } = choices[choice[split]];
  return halves({ allowed, floor }, split, (c) => choices[c].bits < bits);
}

/** Either the layer whose weights exceed its smallest ones by most has fewer weights than chosen, or at least as many. */
function splitByWeights(groups: Group[], node: Restriction, choice: Int32Array): Restriction[] {
  const excess = groups.map(({ choices }, g) =>
    node.allowed[g].reduce((most, c) => Math.max(most, choices[choice[g]].weights - choices[c].weights), 0),
  );
  const split = excess.indexOf(Math.max(...excess));
  const { choices } = groups[split];
  return excess[split] > 0 ? halves(node, split, (c) => choices[c].weights < choices[choice[split]].weights) : [];
}

/** The choices of one group shared out to two nodes. */
function halves({ allowed, floor }: Restriction, split: number, isFirst: (c: number) => boolean): Restriction[] {
  const half = (keeps: (c: number) => boolean) => ({ allowed: allowed.map((list, g) => (g === split ? list.filter(keeps) : list)), floor });
  return [half(isFirst), half((c) => !isFirst(c))];
}

function takeBest(queue: CutNode[]): CutNode {
  let best = 0;
  for (let i = 1; i < queue.length; i++) if (queue[i].bound < queue[best].bound) best = i;
  return queue.splice(best, 1)[0];
}

function maximum(values: Float64Array): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) if (values[i] > most) most = values[i];
  return most;
}
