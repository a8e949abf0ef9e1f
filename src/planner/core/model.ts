import { tensorBytes } from './accounting.js';
import { encodingLayers } from './decision.js';
import { type LinearLimit, type Measure, ofCloud, ofOption, ofWire, sumOf } from './measure.js';
import { orderLayers, sortedIndex } from './order.js';
import { usefulOptions, usefulWires } from './presolve.js';
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

export interface ModelOptions {
  /** Only plans in which nothing travels. */
  silent: boolean;
  /** What is made small. */
  objective: Measure;
  /** What decides between plans of the same cost, so small that it decides nothing else. */
  ties?: Measure;
  limits: readonly LinearLimit[];
}

export function buildModel(problem: PlanningProblem, { silent, objective, ties, limits }: ModelOptions): Model {
  const { layers, tensors, deliver } = problem;
  const layerCount = layers.length;
  const tensorCount = tensors.length;
  const layerId = orderLayers(problem);
  const tensorId = sortedIndex(tensors.map((tensor) => tensor.name));
  const layerOf = inverse(layerId);
  const tensorOf = inverse(tensorId);
  const inputs = Array.from(layerId, (i) => layers[i].inputs.map((t) => tensorOf[t]).sort(ascending));
  const outputs = Array.from(layerId, (i) => layers[i].outputs.map((t) => tensorOf[t]).sort(ascending));
  const producer = Int32Array.from(tensorId, (t) => (tensors[t].producer < 0 ? -1 : layerOf[tensors[t].producer]));
  const origin = Int32Array.from(tensorId, (t, k) => {
    const { availableFrom } = tensors[t];
    return availableFrom === undefined ? producer[k] : layerOf[availableFrom];
  });
  const readers: number[][] = Array.from({ length: tensorCount }, () => []);
  inputs.forEach((list, l) => {
    for (const t of new Set(list)) readers[t].push(l);
  });
  const dataflow = inputs.map((list) =>
    [...new Set(list.map((t) => producer[t]).filter((p) => p >= 0))].sort(ascending),
  );
  const chain = problem.cuts === 'prefixes' || dataflow.every((list, l) => l === 0 || list.includes(l - 1));
  const before = chain ? dataflow.map((_, l) => (l === 0 ? [] : [l - 1])) : dataflow;
  const crossing = problem.pinned && 'crossing' in problem.pinned ? new Set(problem.pinned.crossing) : undefined;
  const always = Uint8Array.from(tensorId, (t) => (deliver === 'cloud' && tensors[t].isOutput ? 1 : 0));

  const options = Array.from(layerId, (i) =>
    layers[i].placement === 'cloud' ? [] : usefulOptions(problem, layers[i], objective, limits),
  );
  const wires = Array.from(tensorId, (t) =>
    silent || (crossing && !crossing.has(t)) ? [] : usefulWires(tensors[t], objective, limits),
  );
  const flatOptions = options.flatMap((list, l) => list.map((o) => ({ ...layers[layerId[l]].options[o], id: o })));
  const flatWires = wires.flatMap((list, k) => list.map((w) => ({ ...tensors[tensorId[k]].wire[w], id: w })));
  const decision = problem.pinned && 'decision' in problem.pinned ? problem.pinned.decision : undefined;
  const encoding = encodingLayers(problem);
  const placement = Int8Array.from(layerId, (i, l) => {
    if (decision === 'edge-only') return 1;
    if (decision === 'cloud-only' && !encoding[i]) return -1;
    if (layers[i].placement === 'edge') return 1;
    return options[l].length === 0 ? -1 : 0;
  });
  /** A measure over everything that can be chosen; what the cloud sends back is added to the layer that makes it. */
  const priced = (measure: Measure): Omit<Resource, 'limit'> => {
    const cloud = Float64Array.from(layerId, (i) => ofCloud(measure, layers[i]));
    if (deliver === 'edge' && !silent) {
      for (let k = 0; k < tensorCount; k++) {
        const { isOutput, downlinkBytes = 0 } = tensors[tensorId[k]];
        if (isOutput && producer[k] >= 0) cloud[producer[k]] += downlinkBytes * measure.downByte;
      }
    }
    return {
      option: Float64Array.from(flatOptions, (o) => ofOption(measure, o)),
      cloud,
      wire: Float64Array.from(flatWires, (w) => ofWire(measure, w)),
      constant: silent ? 0 : measure.travel,
    };
  };
  const costs = priced(ties ? sumOf([objective, 1], [ties, 1]) : objective);
  for (let l = 0; l < layerCount; l++)
    if (layers[layerId[l]].placement === 'edge') costs.cloud[l] = Number.POSITIVE_INFINITY;
  if (deliver === 'edge' && silent) {
    for (let k = 0; k < tensorCount; k++) {
      if (tensors[tensorId[k]].isOutput && producer[k] >= 0) costs.cloud[producer[k]] = Number.POSITIVE_INFINITY;
    }
  }

  return {
    problem,
    layerCount,
    tensorCount,
    layerId,
    tensorId,
    before,
    after: followers(before),
    chain,
    placement,
    cloudCost: costs.cloud,
    inputs,
    outputs,
    optionStart: starts(options),
    optionCost: costs.option,
    optionWeights: Float64Array.from(flatOptions, (o) => o.weightBytes),
    optionBits: Float64Array.from(flatOptions, (o) => o.activationBits),
    optionId: Int32Array.from(flatOptions, (o) => o.id),
    producer,
    origin,
    readers,
    elements: Float64Array.from(tensorId, (t) => tensors[t].elements),
    inputBits: Float64Array.from(tensorId, (t) => tensors[t].inputBits ?? 32),
    always,
    coupled: Uint8Array.from(tensorId, (t, k) =>
      wires[k].some((w) => tensors[t].wire[w].activationBits !== undefined) ? 1 : 0,
    ),
    mustCross: Uint8Array.from(tensorId, (t) => (crossing?.has(t) ? 1 : 0)),
    wireStart: starts(wires),
    wireCost: costs.wire,
    wireBits: Float64Array.from(flatWires, (w) => w.activationBits ?? 0),
    wireId: Int32Array.from(flatWires, (w) => w.id),
    ...memoryRows(problem, layerId, tensorId, readers, always),
    constantCost: costs.constant,
    memoryLimit: problem.limits.memoryBytes ?? Number.POSITIVE_INFINITY,
    resources: limits.map(({ measure, limit }) => ({ limit, ...priced(measure) })),
  };
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

/**
 * Where each tensor is resident. A step that is not on the edge may be counted like one that is: what is live there was
 * live at the edge step before it, so the peak is the same, and with a reader at or after a step the tensor is live
 * there whoever runs that reader.
 */
function memoryRows(
  { layers, tensors, activationMemory }: PlanningProblem,
  layerId: Int32Array,
  tensorId: Int32Array,
  readers: number[][],
  always: Uint8Array,
) {
  const rowFrom = new Int32Array(tensorId.length);
  const rowTo = new Int32Array(tensorId.length);
  const late = new Uint8Array(tensorId.length);
  tensorId.forEach((t, k) => {
    if (activationMemory === 'largest') {
      rowFrom[k] = k;
      rowTo[k] = k;
      return;
    }
    const { producer, availableFrom, isOutput } = tensors[t];
    const lastReader = readers[k].reduce((last, l) => Math.max(last, layerId[l]), -1);
    const isUnused = producer < 0 && lastReader < 0 && !always[k];
    rowFrom[k] = isUnused ? 1 : Math.max(0, availableFrom ?? producer);
    rowTo[k] = isUnused ? 0 : isOutput ? layers.length - 1 : Math.max(rowFrom[k], lastReader);
    late[k] = !isUnused && !isOutput && lastReader >= 0 && rowTo[k] < layers.length - 1 ? 1 : 0;
  });
  return { rowCount: activationMemory === 'largest' ? tensors.length : layers.length, rowFrom, rowTo, late };
}

function followers(before: number[][]): number[][] {
  const after: number[][] = before.map(() => []);
  before.forEach((list, l) => {
    for (const p of list) after[p].push(l);
  });
  return after;
}

function starts(lists: number[][]): Int32Array {
  const start = new Int32Array(lists.length + 1);
  lists.forEach((list, i) => {
    start[i + 1] = start[i] + list.length;
  });
  return start;
}

function inverse(permutation: Int32Array): Int32Array {
  const result = new Int32Array(permutation.length);
  permutation.forEach((value, i) => {
    result[value] = i;
  });
  return result;
}

const ascending = (a: number, b: number) => a - b;
