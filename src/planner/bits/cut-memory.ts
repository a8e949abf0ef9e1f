import { type Model, residentBytes } from '../core/model.js';
import { rowBytes } from '../relaxation/column.js';
import type { CutNode } from './cut-node.js';
import type { DualBound, MemoryBudget } from './dual.js';
import type { Group } from './groups.js';
import type { Knapsack } from './knapsack.js';

/** Memory of a cut by the choices of its groups. */
export interface CutMemory {
  /** False where there is no limit, or nothing on the edge. */
  isLimited: boolean;
  /** True where the peak is the largest tensor, so that a cap on it is a cap on every tensor. */
  isCapped: boolean;
  /** Bytes of activations at the peak of a whole selection, and the row where it is. */
  peakOf(choice: Int32Array): { bytes: number; row: number };
  /** True where weights and peak of a whole selection are over the limit. */
  isBroken(choice: Int32Array): boolean;
  /** The row that the mix behind a bound breaks most; -1 where it breaks none. */
  rowBrokenBy(dual: DualBound, expand: (choice: Int32Array) => Int32Array): number;
  /** Counts a row in all budgets from now on. False where it is counted already, or too many are. */
  addRow(row: number): boolean;
  /**
   * Budgets of a node's open groups: weights beside its least peak, weights beside every row counted. Undefined where
   * one is negative.
   */
  budgets(node: CutNode, peak: number): MemoryBudget[] | undefined;
  /** Bytes that a choice adds to a row. */
  bytesInRow(row: number, g: number, c: number): number;
}

const MAX_ROWS = 12;
const SLACK = 1 + 1e-12;

export function cutMemory(model: Model, edge: Uint8Array, groups: Group[], count: (steps: number) => void): CutMemory {
  const limit = model.memoryLimit;
  const option = new Int32Array(model.layerCount).fill(-1);
  const inputRows = rowBytes(model, edge, option, 'inputs');
  const rows: { row: number; bytes: (Float64Array | undefined)[] }[] = [];
  const rowsOf = (choice: Int32Array) => {
    groups.forEach(({ layer, choices }, g) => {
      if (layer >= 0) option[layer] = choices[choice[g]].option;
    });
    count(model.tensorCount + model.rowCount + groups.length);
    return rowBytes(model, edge, option);
  };
  const weightsOf = (choice: Int32Array) => groups.reduce((sum, { weights }, g) => sum + weights[choice[g]], 0);
  const peakOf = (choice: Int32Array) => largest(rowsOf(choice));
  const isResident = (t: number, row: number) => {
    if (row < model.rowFrom[t]) return false;
    return row <= model.rowTo[t] || (model.late[t] === 1 && model.readers[t].some((l) => !edge[l]));
  };
  const bytesInRow = (row: number, g: number, c: number) => {
    const { layer, choices } = groups[g];
    if (layer < 0) return 0;
    let bytes = 0;
    for (const t of model.outputs[layer])
      if (edge[model.origin[t]] && isResident(t, row)) bytes += residentBytes(model, t, choices[c].option);
    return bytes;
  };

  return {
    isLimited: Number.isFinite(limit) && edge.includes(1),
    isCapped: model.problem.activationMemory === 'largest',
    peakOf,
    isBroken: (choice) => weightsOf(choice) + peakOf(choice).bytes > limit * (SLACK + 5e-13),
    rowBrokenBy({ mix }, expand) {
      const total = new Float64Array(model.rowCount);
      let weights = 0;
      for (const { choice, share } of mix) {
        const whole = expand(choice);
        const bytes = rowsOf(whole);
        for (let k = 0; k < total.length; k++) total[k] += share * bytes[k];
        weights += share * weightsOf(whole);
      }
      const peak = largest(total);
      return weights + peak.bytes > limit * (1 + 1e-9) ? peak.row : -1;
    },
    addRow(row) {
      if (row < 0 || rows.length >= MAX_ROWS || rows.some((known) => known.row === row)) return false;
      const bytes = groups.map(({ choices }, g) => {
        const list = Float64Array.from(choices, (_, c) => bytesInRow(row, g, c));
        return list.some((b) => b > 0) ? list : undefined;
      });
      rows.push({ row, bytes });
      return true;
    },
    budgets(node, peak) {
      const budgets: MemoryBudget[] = [{ budget: limit * SLACK - peak - node.weights, bytes: [] }];
      const isOpen = new Uint8Array(groups.length);
      for (const g of node.open) isOpen[g] = 1;
      for (const { row, bytes } of rows) {
        let decided = inputRows[row] + node.weights;
        for (let g = 0; g < groups.length; g++) if (!isOpen[g]) decided += bytes[g]?.[node.decided[g]] ?? 0;
        budgets.push({ budget: limit * SLACK - decided, bytes: node.open.map((g) => bytes[g]) });
      }
      return budgets.every(({ budget }) => budget >= 0) ? budgets : undefined;
    },
    bytesInRow,
  };
}

/**
 * A surrogate constraint for all memory budgets: their mean, weighted by their prices. It is implied by them, and the
 * Lagrangian bound is the same.
 */
export function surrogate(
  groups: Group[],
  budgets: MemoryBudget[],
  prices: number[],
): Pick<Knapsack, 'weights' | 'weightBudget' | 'weightPrice'> {
  const weightPrice = prices.reduce((sum, price) => sum + price, 0);
  const shares = prices.map((price, m) => (weightPrice > 0 ? price / weightPrice : m === 0 ? 1 : 0));
  const weights = groups.map((group, g) =>
    group.weights.map((weight, c) =>
      budgets.reduce((sum, { bytes }, m) => sum + shares[m] * (bytes[g]?.[c] ?? 0), weight),
    ),
  );
  const weightBudget =
    budgets.length === 0
      ? Number.POSITIVE_INFINITY
      : budgets.reduce((sum, { budget }, m) => sum + shares[m] * budget, 0);
  return { weights, weightBudget, weightPrice };
}

function largest(values: Float64Array): { bytes: number; row: number } {
  let bytes = 0;
  let row = 0;
  for (let k = 0; k < values.length; k++) {
    if (values[k] > bytes) {
      bytes = values[k];
      row = k;
    }
  }
  return { bytes, row };
}
