import type { Model } from '../core/model.js';
import { Queue } from '../core/queue.js';
import { cutMemory, surrogate } from './cut-memory.js';
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
import { type Group, groupsOfCut } from './groups.js';
import { joined, solveKnapsack } from './knapsack.js';

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
  queue.push(rootNode(groups, model.resources.length));

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
    const offset = fixed.cost + next.cost;
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
    const knapsack = {
      ...selecting,
      ...joined(selecting.groups, selecting.budgets, dual.prices),
      ...surrogate(selecting.groups, selecting.memory, dual.memoryPrices),
    };
    for (let width = Math.min(FIRST_WIDTH, effort.width); ; width = Math.min(effort.width, width * 16)) {
      const cheap = goal();
      const { selections, dropped } = solveKnapsack(knapsack, cheap - offset, width, count);
      left = Math.min(left, cheap);
      const isOver = ({ choice }: { choice: Int32Array }) => {
        const whole = expand(node, choice);
        return (memory.isLimited && memory.isBroken(whole)) || overused(whole) >= 0;
      };
      const [first] = selections;
      const broken = first && isOver(first) ? first : undefined;
      const feasible = broken ? selections.find((selection) => !isOver(selection)) : first;
      if (feasible && feasible.cost + offset < limit) {
        best = toPlan(model, groups, expand(node, feasible.choice), feasible.cost + offset);
        limit = best.cost;
      }
      if (broken && broken.cost + offset < goal()) {
        const choice = expand(node, broken.choice);
        const resource = overused(choice);
        const reached = memory.peakOf(choice);
        if (resource >= 0) push(splitByUse(groups, node, choice, (g, c) => groups[g].used[resource][c]));
        else if (memory.isCapped) push(splitByCap(groups, node, peak, reached.bytes));
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

  /** The resource that a whole selection uses too much of, -1 where there is none. */
  function overused(choice: Int32Array): number {
    return model.resources.findIndex(({ limit: most }, k) => {
      let used = fixed.used[k];
      for (let g = 0; g < groups.length; g++) used += groups[g].used[k][choice[g]];
      return used > most * (SLACK + 5e-13);
    });
  }

  /**
   * The Lagrangian bound of a part, once all memory rows that its relaxed mix breaks are counted. Undefined where
   * nothing fits.
   */
  function bound(node: CutNode, peak: number): { dual: DualBound; selecting: Selecting } | undefined {
    for (;;) {
      const memoryBudgets = memory.isLimited ? memory.budgets(node, peak) : [];
      const budgets = model.resources.map((resource, k) => resource.limit * SLACK - fixed.used[k] - node.used[k]);
      if (!memoryBudgets || budgets.some((budget) => budget < 0)) return undefined;
      const selecting = {
        groups: node.open.map((g) => groups[g]),
        allowed: node.allowed,
        budgets,
        memory: memoryBudgets,
      };
      const dual = dualBound(selecting, goal() - fixed.cost - node.cost, penalty, count);
      const isUseful = dual.bound + fixed.cost + node.cost < goal();
      if (
        !memory.isLimited ||
        memory.isCapped ||
        !isUseful ||
        !memory.addRow(memory.rowBrokenBy(dual, (choice) => expand(node, choice)))
      ) {
        return { dual, selecting };
      }
    }
  }
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
