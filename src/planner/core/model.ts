import { tensorBytes } from './live.js';
import type { PlanAssignment, PlanningProblem } from './problem.js';

/**
 * A planning problem as typed arrays, in an order that does not depend on how the caller ordered it. Layers, tensors,
 * options and wire options are numbered here from 0 without gaps; `*Id` arrays lead back to the caller's indices.
 */
export interface Model {
  problem: PlanningProblem;
  layerCount: number;
  tensorCount: number;
  layerId: Int32Array;
  tensorId: Int32Array;
  /** Precedence between layers: an edge layer needs all its predecessors on the edge. */
  before: number[][];
  after: number[][];
  /** True where the cuts are the prefixes of the order. */
  chain: boolean;
  /**
   * 1 pinned to the edge, -1 to the cloud, 0 free. A side that is not allowed costs infinitely much or has no option.
   */
  placement: Int8Array;
  cloudCost: Float64Array;
  inputs: number[][];
  outputs: number[][];

  /** Options of layer l: optionStart[l] .. optionStart[l + 1] - 1. */
  optionStart: Int32Array;
  optionCost: Float64Array;
  optionWeights: Float64Array;
  optionBits: Float64Array;
  optionId: Int32Array;

  /** Layer that makes the tensor, -1 for graph inputs. */
  producer: Int32Array;
  /**
   * Layer that must be on the edge for the tensor to exist there: the producer, or a later one; -1 for graph inputs.
   */
  origin: Int32Array;
  readers: number[][];
  elements: Float64Array;
  inputBits: Float64Array;
  /** 1 where the tensor crosses as soon as it exists on the edge. */
  always: Uint8Array;
  /** 1 where some wire options of the tensor exist only at some activation bits. */
  coupled: Uint8Array;
  /** 1 where the tensor must cross, by a pinned decision. */
  mustCross: Uint8Array;
  wireStart: Int32Array;
  wireCost: Float64Array;
  /** 0 where the wire option does not depend on the activation bits. */
  wireBits: Float64Array;
  wireId: Int32Array;

  /** Memory rows: execution steps (`live`) or single tensors (`largest`). The peak is the largest row. */
  rowCount: number;
  /** Rows in which a tensor is resident whenever it exists on the edge; from > to where in none. */
  rowFrom: Int32Array;
  rowTo: Int32Array;
  /** 1 where a crossing tensor also stays in the rows after rowTo. */
  late: Uint8Array;

  /** Paid by every cut of this model. */
  constantCost: number;
  /** Bytes that weights and activations may take; infinite where there is no limit. */
  memoryLimit: number;
  /** What else is limited, each a sum. */
  resources: Resource[];
}

/** A limited sum: what each option, each layer in the cloud and each wire option adds, and what every cut pays. */
export interface Resource {
  limit: number;
  option: Float64Array;
  cloud: Float64Array;
  wire: Float64Array;
  constant: number;
}

/** Bytes of tensor t on the edge under option o of its producer (ignored for graph inputs). */
export function residentBytes(model: Model, t: number, o: number): number {
  return tensorBytes(model.elements[t], model.producer[t] < 0 ? model.inputBits[t] : model.optionBits[o]);
}

/**
 * The caller's view of a cut with one option per edge layer and one wire option per crossing tensor, all numbered as in
 * the model.
 */
export function toAssignment(model: Model, edge: Uint8Array, option: Int32Array, wire: Int32Array): PlanAssignment {
  const assignment: PlanAssignment = {
    edge: new Array(model.layerCount).fill(false),
    option: new Array(model.layerCount).fill(-1),
    wire: new Array(model.tensorCount).fill(-1),
  };
  for (let l = 0; l < model.layerCount; l++) {
    if (!edge[l]) continue;
    assignment.edge[model.layerId[l]] = true;
    assignment.option[model.layerId[l]] = model.optionId[option[l]];
  }
  for (let t = 0; t < model.tensorCount; t++)
    if (wire[t] >= 0) assignment.wire[model.tensorId[t]] = model.wireId[wire[t]];
  return assignment;
}
