import { cutMemory, surrogate } from './cut-memory.js';
import { type CutNode, expand, fewestBits, narrow, rootNode, splitByBytes, splitByCap, splitByMix } from './cut-node.js';
import { type DualBound, dualBound, type Selecting } from './dual.js';
import { type Group, groupsOfCut } from './groups.js';
import { solveKnapsack } from './knapsack.js';
import type { Model } from './model.js';
import { Queue } from './queue.js';

export interface CutPlan {
  option: Int32Array;
  wire: Int32Array;
  seconds: number;
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
  /** Seconds by which a plan may still be better without being looked for. */
  margin: () => number;
}

const SLACK = 1 + 1e-12;
/** Where this many partial selections do not settle a knapsack, halving a group that its bound mixes settles it sooner. */
const FIRST_WIDTH = 64;

/**
 * Bits and encodings for a fixed cut, by branch and bound over the choices, best bound first; every part is bounded by Lagrange
 * multipliers, and settled by a knapsack where that succeeds. Exact up to the margin unless the effort runs out.
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
  let work = 0;
  const count = (steps: number) => {
    work += steps;
    report(steps);
  };
  const cut = groupsOfCut(model, edge);
  if (!cut) return { plan: undefined, bound: Number.POSITIVE_INFINITY };
  const { groups, fixed } = cut;
  const memory = cutMemory(model, edge, groups, count);
  const queue = new Queue<CutNode>((a, b) => a.bound - b.bound);
  queue.push(rootNode(groups));

  let best: CutPlan | undefined;
  let limit = cutoff;
  /** The least bound of what is not looked into any further. */
  let left = Number.POSITIVE_INFINITY;
  const goal = () => limit - effort.margin();
  const isSettled = (bound: number) => {
    if (bound < goal()) return false;
    left = Math.min(left, bound);
    return true;
  };
  const push = (parts: CutNode[]) => {
    for (const part of parts) queue.push(part);
  };

  for (let visited = 0, next = queue.pop(); next; visited++, next = queue.pop()) {
    if (isSettled(next.bound)) continue;
    if (visited >= effort.nodes || (visited > 0 && work > effort.work)) {
      left = Math.min(left, next.bound);
      continue;
    }
    const peak = memory.isLimited ? Math.max(next.floor, memory.peakOf(fewestBits(groups, next)).bytes) : 0;
    const relaxed = bound(next, peak);
    if (!relaxed) continue;
    const { dual, selecting } = relaxed;
    const offset = fixed.seconds + next.seconds;
    const node = { ...next, bound: Math.max(next.bound, dual.bound + offset) };
    if (isSettled(node.bound)) continue;

    // Where memory has a price, the relaxed choice shows which cap is too high before any knapsack is solved.
    if (memory.isLimited && memory.isCapped && dual.memoryPrices[0] > 0) {
      const reached = memory.peakOf(expand(node, dual.choice)).bytes;
      if (reached > peak) {
        push(splitByCap(groups, node, peak, reached));
        continue;
      }
    }
    const knapsack = { ...selecting, errorPrice: dual.errorPrice, ...surrogate(selecting.groups, selecting.memory, dual.memoryPrices) };
    for (let width = Math.min(FIRST_WIDTH, effort.width); ; width = Math.min(effort.width, width * 16)) {
      const cheap = goal();
      const { selections, dropped } = solveKnapsack(knapsack, cheap - offset, width, count);
      left = Math.min(left, cheap);
      const broken =
        selections.length > 0 && memory.isLimited && memory.isBroken(expand(node, selections[0].choice)) ? selections[0] : undefined;
      const feasible = broken ? selections.find(({ choice }) => !memory.isBroken(expand(node, choice))) : selections[0];
      if (feasible && feasible.seconds + offset < limit) {
        best = toPlan(model, groups, expand(node, feasible.choice), feasible.seconds + offset);
        limit = best.seconds;
      }
      if (broken && broken.seconds + offset < goal()) {
        const choice = expand(node, broken.choice);
        const reached = memory.peakOf(choice);
        if (memory.isCapped) push(splitByCap(groups, node, peak, reached.bytes));
        else if (memory.addRow(reached.row)) push([node]);
        else push(splitByBytes(groups, node, choice, (g, c) => memory.bytesInRow(reached.row, g, c)));
        break;
      }
      if (isSettled(dropped + offset)) break;
      left = Math.min(left, goal());
      const isCore = coreChoices(node, selecting, dual, goal() - offset);
      const parts = splitByMix(groups, node, dual.mix);
      push(parts.map((part) => narrow(groups, part, isCore)).filter((part) => part !== undefined));
      if (parts.length > 0) break;
      if (width >= effort.width) {
        left = Math.min(left, dropped + offset);
        break;
      }
    }
  }
  return { plan: best, bound: Math.min(limit, left) };

  /** The Lagrangian bound of a part, once all memory rows that its relaxed mix breaks are counted. Undefined where nothing fits. */
  function bound(node: CutNode, peak: number): { dual: DualBound; selecting: Selecting } | undefined {
    for (;;) {
      const budgets = memory.isLimited ? memory.budgets(node, peak) : [];
      const errorBudget = model.limits.error * SLACK - fixed.error - node.error;
      if (!budgets || errorBudget < 0) return undefined;
      const selecting = { groups: node.open.map((g) => groups[g]), allowed: node.allowed, errorBudget, memory: budgets };
      const dual = dualBound(selecting, goal() - fixed.seconds - node.seconds, penalty, count);
      const isUseful = dual.bound + fixed.seconds + node.seconds < goal();
      if (!memory.isLimited || memory.isCapped || !isUseful || !memory.addRow(memory.rowBrokenBy(dual, (choice) => expand(node, choice)))) {
        return { dual, selecting };
      }
    }
  }
}

/** The choices that some selection below the cutoff may take: with the others, the Lagrangian bound alone is at the cutoff. */
function coreChoices(
  node: CutNode,
  { groups, allowed, memory }: Selecting,
  dual: DualBound,
  cutoff: number,
): (g: number, c: number) => boolean {
  const weightPrice = dual.memoryPrices.reduce((sum, price) => sum + price, 0);
  const kept = new Map<number, Set<number>>();
  node.open.forEach((g, k) => {
    const { choices } = groups[k];
    const prices = Array.from(allowed[k], (c) => {
      const { seconds, weights, error } = choices[c];
      const rows = memory.reduce((sum, { bytes }, m) => sum + dual.memoryPrices[m] * (bytes[k]?.[c] ?? 0), 0);
      return seconds + weightPrice * weights + rows + dual.errorPrice * error;
    });
    const least = Math.min(...prices);
    kept.set(g, new Set(allowed[k].filter((_, i) => dual.bound + prices[i] - least < cutoff)));
  });
  return (g, c) => kept.get(g)?.has(c) ?? true;
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
