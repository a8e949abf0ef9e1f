import { dualBound } from './dual.js';
import { type Group, groupsOfCut } from './groups.js';
import { solveKnapsack } from './knapsack.js';
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
  /** Restrictions of the activation peak that are tried. */
  nodes: number;
}

/** Some choices taken away, and a peak of activations that is known to be reached. */
interface PeakNode {
  allowed: Int32Array[];
  floor: number;
  bound: number;
}

const SLACK = 1 + 1e-12;
/** Once this many partial selections do not settle a knapsack, halving a group that its bound mixes settles it sooner. */
const BRANCH_WIDTH = 64;

/** Bits and encodings for a fixed cut, exactly unless the effort runs out: then `bound` says what is left open. */
export function planCut(model: Model, edge: Uint8Array, cutoff: number, penalty: number, effort: CutEffort, count: (steps: number) => void): CutResult {
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

  let best: CutPlan | undefined;
  let limit = cutoff;
  let open = Number.POSITIVE_INFINITY;
  const queue: PeakNode[] = [{ allowed: groups.map(({ choices }) => Int32Array.from(choices, (_, c) => c)), floor: 0, bound: Number.NEGATIVE_INFINITY }];
  for (let visited = 0; queue.length > 0; visited++) {
    const node = takeBest(queue);
    if (node.bound >= limit) continue;
    if (visited >= effort.nodes) {
      open = Math.min(open, node.bound);
      continue;
    }
    const fewestBits = node.allowed.map((list, g) => list.reduce((least, c) => (groups[g].choices[c].bits < groups[g].choices[least].bits ? c : least), list[0]));
    const peak = hasMemoryLimit ? Math.max(node.floor, maximum(rowsAt((g) => fewestBits[g]))) : 0;
    const weightBudget = hasMemoryLimit ? model.limits.memory * SLACK - peak : Number.POSITIVE_INFINITY;
    if (weightBudget < 0) continue;
    const knapsack = { groups, allowed: node.allowed, weights: weightBudget, error: errorBudget };
    const dual = dualBound(knapsack, limit - cut.seconds, penalty, count);
    node.bound = Math.max(node.bound, dual.bound + cut.seconds);
    if (node.bound >= limit) continue;

    const breaksPeak = (choice: Int32Array) => hasMemoryLimit && weightsOf(choice) + maximum(rowsAt((g) => choice[g])) > model.limits.memory * SLACK;
    const branch = (choice: Int32Array) => {
      const rows = rowsAt((g) => choice[g]);
      const halves = model.problem.activationMemory === 'largest' ? splitByCap(groups, node, peak, maximum(rows)) : splitByLayer(model, edge, groups, node, rows, choice);
      for (const half of halves) queue.push({ ...half, bound: node.bound });
    };
    // Where memory has a price, the relaxed choice shows which peak is too high before any knapsack is solved.
    if (dual.weightPrice > 0 && maximum(rowsAt((g) => dual.choice[g])) > peak) {
      branch(dual.choice);
      continue;
    }
    let isOpen = true;
    let lowest: Int32Array | undefined;
    let halves: Omit<PeakNode, 'bound'>[] = [];
    for (let width = Math.min(64, effort.width); isOpen; width = Math.min(effort.width, width * 16)) {
      const { selections, dropped } = solveKnapsack(knapsack, dual, limit - cut.seconds, width, count);
      lowest = selections[0]?.choice;
      const feasible = selections.find(({ choice }) => !breaksPeak(choice));
      if (feasible && feasible.seconds + cut.seconds < limit) {
        best = toPlan(model, groups, feasible.choice, feasible.seconds + cut.seconds);
        limit = best.seconds;
      }
      if (dropped + cut.seconds >= limit || (lowest && breaksPeak(lowest))) isOpen = false;
      else if (width >= BRANCH_WIDTH && halves.length === 0) {
        halves = splitByMix(groups, node, dual.mix);
        for (const half of halves) queue.push({ ...half, bound: node.bound });
        if (halves.length > 0) isOpen = false;
      }
      if (isOpen && width >= effort.width) {
        open = Math.min(open, dropped + cut.seconds);
        isOpen = false;
      }
    }
    if (halves.length === 0 && lowest && breaksPeak(lowest)) branch(lowest);
  }
  return { plan: best, bound: Math.min(limit, open) };
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
function splitByCap(groups: Group[], { allowed, floor }: PeakNode, peak: number, reached: number): Omit<PeakNode, 'bound'>[] {
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
function splitByMix(groups: Group[], { allowed, floor }: PeakNode, mix: Int32Array[]): Omit<PeakNode, 'bound'>[] {
  let split = -1;
  let most = 0;
  let middle = 0;
  groups.forEach(({ choices }, g) => {
    const costs = mix.map((choice) => choices[choice[g]].seconds);
    const spread = Math.max(...costs) - Math.min(...costs);
    if (!(spread > most)) return;
    most = spread;
    split = g;
    middle = (Math.max(...costs) + Math.min(...costs)) / 2;
  });
  if (split < 0) return [];
  const { choices } = groups[split];
  const half = (keeps: (c: number) => boolean) => ({ allowed: allowed.map((list, g) => (g === split ? list.filter(keeps) : list)), floor });
  return [half((c) => choices[c].seconds <= middle), half((c) => choices[c].seconds > middle)];
}

/** Either the layer that adds most to the peak has fewer bits than chosen, or at least as many. */
function splitByLayer(model: Model, edge: Uint8Array, groups: Group[], { allowed, floor }: PeakNode, rows: Float64Array, choice: Int32Array): Omit<PeakNode, 'bound'>[] {
  const row = rows.indexOf(maximum(rows));
  let split = -1;
  let most = 0;
  groups.forEach(({ layer, choices }, g) => {
    if (layer < 0) return;
    const fewest = allowed[g].reduce((least, c) => (choices[c].bits < choices[least].bits ? c : least), allowed[g][0]);
    let excess = 0;
    for (const t of model.outputs[layer]) {
      const isLate = model.late[t] && row > model.rowTo[t] && model.readers[t].some((l) => !edge[l]);
      if ((row < model.rowFrom[t] || row > model.rowTo[t]) && !isLate) continue;
      excess += residentBytes(model, t, choices[choice[g]].option) - residentBytes(model, t, choices[fewest].option);
    }
    if (excess > most) {
      most = excess;
      split = g;
    }
  });
  if (split < 0) return [];
  const { choices } = groups[split];
  const { bits } = choices[choice[split]];
  const half = (keeps: (c: number) => boolean) => ({ allowed: allowed.map((list, g) => (g === split ? list.filter(keeps) : list)), floor });
  return [half((c) => choices[c].bits < bits), half((c) => choices[c].bits >= bits)];
}

function takeBest(queue: PeakNode[]): PeakNode {
  let best = 0;
  for (let i = 1; i < queue.length; i++) if (queue[i].bound < queue[best].bound) best = i;
  return queue.splice(best, 1)[0];
}

function maximum(values: Float64Array): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) if (values[i] > most) most = values[i];
  return most;
}
