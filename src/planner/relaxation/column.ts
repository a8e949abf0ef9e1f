import { crossingMask } from '../core/crossing.js';
import { type Model, residentBytes } from '../core/model.js';

/** One solution of the relaxed problem: a cut with an option per edge layer and a wire option per crossing tensor. */
export interface Column {
  /** 1 where the layer is on the edge. */
  edge: Uint8Array;
  /** Option of each edge layer, -1 for the others. */
  option: Int32Array;
  /** Wire option of each crossing tensor, -1 for the others. */
  wire: Int32Array;
  /** Infinite where no wire option suits some crossing tensor. */
  cost: number;
  /** Bytes. */
  weights: number;
  /** Per resource of the model. */
  used: Float64Array;
  /** Bytes in every memory row; see {@link rowsOf}. */
  rows?: Float64Array;
}

/** 1 for every tensor that crosses with this cut. */
export function crossingTensors(model: Model, edge: Uint8Array): Uint8Array {
  const { layerCount, tensorCount, inputs, origin, always } = model;
  return crossingMask({
    layerCount,
    tensorCount,
    inputsOf: (l) => inputs[l],
    edge,
    isMade: (t) => origin[t] < 0 || edge[origin[t]] === 1,
    isSent: (t) => always[t] === 1,
  });
}

/** Bytes of activations in every memory row, computed once per column. */
export function rowsOf(model: Model, column: Column): Float64Array {
  column.rows ??= rowBytes(model, column.edge, column.option);
  return column.rows;
}

/** Bytes of activations in every memory row, of graph inputs alone or of everything. */
export function rowBytes(
  model: Model,
  edge: Uint8Array,
  option: Int32Array,
  of: 'inputs' | 'all' = 'all',
): Float64Array {
  const { origin, producer, readers, rowCount, rowFrom, rowTo, late } = model;
  const rows = new Float64Array(rowCount + 1);
  for (let t = 0; t < model.tensorCount; t++) {
    if ((origin[t] >= 0 && !edge[origin[t]]) || rowTo[t] < rowFrom[t] || (of === 'inputs' && origin[t] >= 0)) continue;
    const bytes = residentBytes(model, t, producer[t] < 0 ? -1 : option[producer[t]]);
    const staysLate = late[t] && readers[t].some((l) => !edge[l]);
    rows[rowFrom[t]] += bytes;
    rows[staysLate ? rowCount : rowTo[t] + 1] -= bytes;
  }
  for (let k = 1; k < rowCount; k++) rows[k] += rows[k - 1];
  return rows.subarray(0, rowCount);
}
