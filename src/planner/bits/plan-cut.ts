import type { Model } from '../core/model.js';
import { Queue } from '../core/queue.js';
import { type CutMemory, cutMemory, surrogate } from './cut-memory.js';
import {
  type CutNode,
  expand,
  fewestBits,
  narrow,
  rootNode,
  splitByBytes,
  splitByCap,
  splitByMix,
  splitByUse,
} from './cut-node.js';
import { type DualBound, dualBound, type Selecting } from './dual.js';
import { type CutGroups, type Group, groupsOfCut } from './groups.js';
import { joined, type KnapsackResult, solveKnapsack } from './knapsack.js';

export interface CutPlan {
  option: Int32Array;
  wire: Int32Array;
  cost: number;
}

export interface CutResult {
  /** The best plan found with this cut that costs less than the cutoff. */
  plan: CutPlan | undefined;
  /** No plan with this cut costs less; about the cutoff where all that is known is that none is below it. */
  bound: number;
}

export interface CutEffort {
  /** Partial selections kept at a time. */
  width: number;
  /** Parts of the selections looked at. */
  nodes: number;
  /** Elementary steps after which no more parts are looked at. */
  work: number;
  /** Cost by which a plan may still be better without being looked for. */
  margin: () => number;
}

const SLACK = 1 + 1e-12;
/**
 * Where this many partial selections do not settle a knapsack, halving a group that its bound mixes settles it sooner.
 */
const FIRST_WIDTH = 64;

/** A search over the selections for one cut. */
interface CutSearch {
  model: Model;
  groups: Group[];
  fixed: CutGroups['fixed'];
  memory: CutMemory;
  penalty: number;
  effort: CutEffort;
  /** Parts still to be looked at. */
  queue: Queue<CutNode>;
  best: CutPlan | undefined;
  /** Cost that a plan must stay below to be of use: that of the best plan, or the cutoff. */
  limit: number;
  /** The least bound of what is not looked into any further. */
  left: number;
  work: number;
  /** Told the elementary steps done. */
  count: (steps: number) => void;
}

/** The Lagrangian bound of a part of the selections, and what it is a bound of. */
interface Relaxed {
  dual: DualBound;
  selecting: Selecting;
}

/**
 * Bits and encodings for a fixed cut, by branch and bound over the choices, best bound first; every part is bounded by
 * Lagrange multipliers, and settled by a knapsack where that succeeds. Exact up to the margin unless the effort runs
 * out.
 *
 * @param cutoff cost that a plan must stay below to be of use
 * @param penalty more than any plan costs
 * @param report told the elementary steps done
 */
export function planCut(
  model: Model,
  edge: Uint8Array,
  cutoff: number,
  penalty: number,
  effort: CutEffort,
  report: (steps: number) => void,
): CutResult {
  const search = openCut(model, edge, cutoff, penalty, effort, report);
  if (!search) return { plan: undefined, bound: Number.POSITIVE_INFINITY };
  const { queue } = search;
  for (let visited = 0, part = queue.pop(); part; visited++, part = queue.pop()) {
    if (fathom(search, part.bound)) continue;
    if (visited >= effort.nodes || (visited > 0 && search.work > effort.work)) leave(search, part.bound);
    else for (const child of explore(search, part)) queue.push(child);
  }
  return { plan: search.best, bound: Math.min(search.limit, search.left) };
}

/** Undefined where the cut cannot be sent. */
function openCut(
  model: Model,
  edge: Uint8Array,
  cutoff: number,
  penalty: number,
  effort: CutEffort,
  report: (steps: number) => void,
): CutSearch | undefined {
  const cut = groupsOfCut(model, edge);
  if (!cut) return undefined;
  const count = (steps: number) => {
    search.work += steps;
    report(steps);
  };
  const search: CutSearch = {
    model,
    ...cut,
    memory: cutMemory(model, edge, cut.groups, count),
    penalty,
    effort,
    queue: new Queue<CutNode>((a, b) => a.bound - b.bound),
    best: undefined,
    limit: cutoff,
    left: Number.POSITIVE_INFINITY,
    work: 0,
    count,
  };
  search.queue.push(rootNode(cut.groups, model.resources.length));
  return search;
}

/** A bound from here on is not looked below. */
const goal = ({ limit, effort }: CutSearch): number => limit - effort.margin();

/** True where nothing below the bound is of use. */
function fathom(search: CutSearch, bound: number): boolean {
  if (bound < goal(search)) return false;
  leave(search, bound);
  return true;
}

/** Notes that something of this bound is not looked into any further. */
function leave(search: CutSearch, bound: number): void {
  search.left = Math.min(search.left, bound);
}

/** What every selection of a part pays. */
const offsetOf = ({ fixed }: CutSearch, part: CutNode): number => fixed.cost + part.cost;

/** Bounds a part, then settles it or splits it. Returns the parts still to be looked at. */
function explore(search: CutSearch, part: CutNode): CutNode[] {
  const { memory, groups } = search;
  const peak = memory.isLimited ? Math.max(part.floor, memory.peakOf(fewestBits(groups, part)).bytes) : 0;
  const relaxed = boundPart(search, part, peak);
  if (!relaxed) return [];
  const { dual } = relaxed;
  const node = { ...part, bound: Math.max(part.bound, dual.bound + offsetOf(search, part)) };
  if (fathom(search, node.bound)) return [];
  // Where memory has a price, the relaxed choice shows which cap is too high before any knapsack is solved.
  if (memory.isLimited && memory.isCapped && dual.memoryPrices[0] > 0) {
    const reached = memory.peakOf(expand(node, dual.choice)).bytes;
    if (reached > peak) return splitByCap(groups, node, peak, reached);
  }
  return settle(search, node, relaxed, peak);
}

/**
 * The Lagrangian bound of a part, once all memory rows that its relaxed mix breaks are counted. Undefined where nothing
 * fits.
 */
function boundPart(search: CutSearch, part: CutNode, peak: number): Relaxed | undefined {
  const { model, memory, fixed, groups, penalty, count } = search;
  const offset = offsetOf(search, part);
  for (;;) {
    const memoryBudgets = memory.isLimited ? memory.budgets(part, peak) : [];
    const budgets = model.resources.map((resource, k) => resource.limit * SLACK - fixed.used[k] - part.used[k]);
    if (!memoryBudgets || budgets.some((budget) => budget < 0)) return undefined;
    const open = part.open.map((g) => groups[g]);
    const selecting = { groups: open, allowed: part.allowed, budgets, memory: memoryBudgets };
    const dual = dualBound(selecting, goal(search) - fixed.cost - part.cost, penalty, count);
    const isUseful = dual.bound + offset < goal(search);
    if (!memory.isLimited || memory.isCapped || !isUseful) return { dual, selecting };
    const row = memory.rowBrokenBy(dual, (choice) => expand(part, choice));
    if (!memory.addRow(row)) return { dual, selecting };
  }
}

/**
 * Solves a part as a knapsack of ever more partial selections, until it is settled or can be split. Returns the parts
 * that are left.
 */
function settle(search: CutSearch, node: CutNode, { dual, selecting }: Relaxed, peak: number): CutNode[] {
  const { groups, effort, count } = search;
  const offset = offsetOf(search, node);
  const knapsack = {
    ...selecting,
    ...joined(selecting.groups, selecting.budgets, dual.prices),
    ...surrogate(selecting.groups, selecting.memory, dual.memoryPrices),
  };
  for (let width = Math.min(FIRST_WIDTH, effort.width); ; width = Math.min(effort.width, width * 16)) {
    const cutoff = goal(search);
    const { selections, dropped } = solveKnapsack(knapsack, cutoff - offset, width, count);
    leave(search, cutoff);
    const broken = takeFeasible(search, node, selections);
    if (broken && broken.cost + offset < goal(search))
      return splitBroken(search, node, expand(node, broken.choice), peak);
    if (fathom(search, dropped + offset)) return [];
    leave(search, goal(search));
    const parts = splitByMix(groups, node, dual.mix);
    if (parts.length > 0) {
      const isCore = coreChoices(node, selecting, dual, goal(search) - offset);
      return parts.map((part) => narrow(groups, part, isCore)).filter((part) => part !== undefined);
    }
    if (width >= effort.width) {
      leave(search, dropped + offset);
      return [];
    }
  }
}

type Selection = KnapsackResult['selections'][number];

/** Takes the first selection within all limits, if it is the best so far. Returns the first one of all if it is not. */
function takeFeasible(search: CutSearch, node: CutNode, selections: readonly Selection[]): Selection | undefined {
  const { model, groups } = search;
  const isOver = ({ choice }: Selection) => isOverLimits(search, expand(node, choice));
  const [first] = selections;
  const broken = first && isOver(first) ? first : undefined;
  const feasible = broken ? selections.find((selection) => !isOver(selection)) : first;
  const cost = (feasible?.cost ?? Number.POSITIVE_INFINITY) + offsetOf(search, node);
  if (feasible && cost < search.limit) {
    search.best = toPlan(model, groups, expand(node, feasible.choice), cost);
    search.limit = cost;
  }
  return broken;
}

const isOverLimits = (search: CutSearch, choice: Int32Array): boolean =>
  (search.memory.isLimited && search.memory.isBroken(choice)) || overusedResource(search, choice) >= 0;

/** The resource that a whole selection uses too much of, -1 where there is none. */
function overusedResource({ model, groups, fixed }: CutSearch, choice: Int32Array): number {
  return model.resources.findIndex(({ limit }, k) => {
    let used = fixed.used[k];
    for (let g = 0; g < groups.length; g++) used += groups[g].used[k][choice[g]];
    return used > limit * (SLACK + 5e-13);
  });
}

/** Splits a node such that a selection over a limit is left out; a memory row that it breaks is counted from now on. */
function splitBroken(search: CutSearch, node: CutNode, choice: Int32Array, peak: number): CutNode[] {
  const { memory, groups } = search;
  const resource = overusedResource(search, choice);
  const reached = memory.peakOf(choice);
  if (resource >= 0) return splitByUse(groups, node, choice, (g, c) => groups[g].used[resource][c]);
  if (memory.isCapped) return splitByCap(groups, node, peak, reached.bytes);
  if (memory.addRow(reached.row)) return [node];
  return splitByBytes(groups, node, choice, (g, c) => memory.bytesInRow(reached.row, g, c));
}

/**
 * The choices that some selection below the cutoff may take: with the others, the Lagrangian bound alone is at the
 * cutoff.
 */
function coreChoices(
  node: CutNode,
  { groups, allowed, memory }: Selecting,
  dual: DualBound,
  cutoff: number,
): (g: number, c: number) => boolean {
  const weightPrice = dual.memoryPrices.reduce((sum, price) => sum + price, 0);
  const kept = new Map<number, Set<number>>();
  node.open.forEach((g, k) => {
    const { cost, weights, used } = groups[k];
    const prices = Array.from(allowed[k], (c) => {
      const rows = memory.reduce((sum, { bytes }, m) => sum + dual.memoryPrices[m] * (bytes[k]?.[c] ?? 0), 0);
      return (
        cost[c] + weightPrice * weights[c] + rows + dual.prices.reduce((sum, price, r) => sum + price * used[r][c], 0)
      );
    });
    const least = Math.min(...prices);
    kept.set(g, new Set(allowed[k].filter((_, i) => dual.bound + prices[i] - least < cutoff)));
  });
  return (g, c) => kept.get(g)?.has(c) ?? true;
}

function toPlan(model: Model, groups: Group[], choice: Int32Array, cost: number): CutPlan {
  const option = new Int32Array(model.layerCount).fill(-1);
  const wire = new Int32Array(model.tensorCount).fill(-1);
  groups.forEach(({ layer, choices }, g) => {
    const taken = choices[choice[g]];
    if (layer >= 0) option[layer] = taken.option;
    for (const [t, w] of taken.wires) wire[t] = w;
  });
  return { option, wire, cost };
}
