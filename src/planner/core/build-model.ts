import { encodingLayers } from './decision.js';
import { type LinearLimit, type Measure, ofCloud, ofOption, ofWire, sumOf } from './measure.js';
import type { Model, Resource } from './model.js';
import { orderLayers, sortedIndex } from './order.js';
import { usefulOptions, usefulWires } from './presolve.js';
import type { EdgeOption, PlanningProblem, WireOption } from './problem.js';

export interface ModelOptions {
  /** Only plans in which nothing travels. */
  silent: boolean;
  /** What is made small. */
  objective: Measure;
  /** What decides between plans of the same cost, so small that it decides nothing else. */
  ties?: Measure;
  limits: readonly LinearLimit[];
}

/** The model of a problem: layers ordered, options and wire options that no best plan needs left out (presolve). */
export function buildModel(problem: PlanningProblem, modelOptions: ModelOptions): Model {
  const { objective, ties, limits } = modelOptions;
  const numbering = numberingOf(problem);
  const graph = graphOf(problem, numbering);
  const choices = presolve(problem, numbering, modelOptions);
  const costs = ofChoices(problem, numbering, graph, choices, ties ? sumOf([objective, 1], [ties, 1]) : objective);
  forbidCloud(problem, numbering, graph, choices.isSilent, costs.cloud);
  const { layerId, tensorId } = numbering;
  const { options, wires, flatOptions, flatWires } = choices;
  const pinned = problem.pinned && 'crossing' in problem.pinned ? new Set(problem.pinned.crossing) : undefined;
  return {
    problem,
    layerCount: layerId.length,
    tensorCount: tensorId.length,
    layerId,
    tensorId,
    ...graph,
    placement: pinnedPlacement(problem, layerId, options),
    cloudCost: costs.cloud,
    optionStart: starts(options),
    optionCost: costs.option,
    optionWeights: Float64Array.from(flatOptions, (o) => o.weightBytes),
    optionBits: Float64Array.from(flatOptions, (o) => o.activationBits),
    optionId: Int32Array.from(flatOptions, (o) => o.id),
    elements: Float64Array.from(tensorId, (t) => problem.tensors[t].elements),
    inputBits: Float64Array.from(tensorId, (t) => problem.tensors[t].inputBits ?? 32),
    coupled: Uint8Array.from(tensorId, (t, k) =>
      wires[k].some((w) => problem.tensors[t].wire[w].activationBits !== undefined) ? 1 : 0,
    ),
    mustCross: Uint8Array.from(tensorId, (t) => (pinned?.has(t) ? 1 : 0)),
    wireStart: starts(wires),
    wireCost: costs.wire,
    wireBits: Float64Array.from(flatWires, (w) => w.activationBits ?? 0),
    wireId: Int32Array.from(flatWires, (w) => w.id),
    ...memoryRows(problem, numbering, graph),
    constantCost: costs.constant,
    memoryLimit: problem.limits.memoryBytes ?? Number.POSITIVE_INFINITY,
    resources: limits.map(({ measure, limit }) => ({
      limit,
      ...ofChoices(problem, numbering, graph, choices, measure),
    })),
  };
}

/** The caller's index of every layer and tensor of the model, and the other way round. */
interface Numbering {
  layerId: Int32Array;
  tensorId: Int32Array;
  layerOf: Int32Array;
  tensorOf: Int32Array;
}

function numberingOf(problem: PlanningProblem): Numbering {
  const layerId = orderLayers(problem);
  const tensorId = sortedIndex(problem.tensors.map((tensor) => tensor.name));
  return { layerId, tensorId, layerOf: inverse(layerId), tensorOf: inverse(tensorId) };
}

type ModelGraph = Pick<
  Model,
  'inputs' | 'outputs' | 'producer' | 'origin' | 'readers' | 'always' | 'before' | 'after' | 'chain'
>;

/** Who makes and who reads what. */
function graphOf(
  { layers, tensors, cuts, deliver }: PlanningProblem,
  { layerId, tensorId, layerOf, tensorOf }: Numbering,
): ModelGraph {
  const numbered = (list: readonly number[]) => list.map((t) => tensorOf[t]).sort(ascending);
  const inputs = Array.from(layerId, (i) => numbered(layers[i].inputs));
  const outputs = Array.from(layerId, (i) => numbered(layers[i].outputs));
  const producer = Int32Array.from(tensorId, (t) => (tensors[t].producer < 0 ? -1 : layerOf[tensors[t].producer]));
  const origin = Int32Array.from(tensorId, (t, k) => {
    const { availableFrom } = tensors[t];
    return availableFrom === undefined ? producer[k] : layerOf[availableFrom];
  });
  const readers: number[][] = Array.from(tensorId, () => []);
  inputs.forEach((list, l) => {
    for (const t of new Set(list)) readers[t].push(l);
  });
  const dataflow = inputs.map((list) =>
    [...new Set(list.map((t) => producer[t]).filter((p) => p >= 0))].sort(ascending),
  );
  const chain = cuts === 'prefixes' || dataflow.every((list, l) => l === 0 || list.includes(l - 1));
  const before = chain ? dataflow.map((_, l) => (l === 0 ? [] : [l - 1])) : dataflow;
  const always = Uint8Array.from(tensorId, (t) => (deliver === 'cloud' && tensors[t].isOutput ? 1 : 0));
  return { inputs, outputs, producer, origin, readers, always, before, after: followers(before), chain };
}

/** The options of every layer and wire options of every tensor that a best plan may need, by the caller's index. */
interface Choices {
  isSilent: boolean;
  options: number[][];
  wires: number[][];
  /** All of them in one row, with the caller's index as `id`. */
  flatOptions: (EdgeOption & { id: number })[];
  flatWires: (WireOption & { id: number })[];
}

function presolve(
  problem: PlanningProblem,
  { layerId, tensorId }: Numbering,
  { silent, objective, limits }: ModelOptions,
): Choices {
  const { layers, tensors, pinned } = problem;
  const crossing = pinned && 'crossing' in pinned ? new Set(pinned.crossing) : undefined;
  const options = Array.from(layerId, (i) =>
    layers[i].placement === 'cloud' ? [] : usefulOptions(problem, layers[i], objective, limits),
  );
  const wires = Array.from(tensorId, (t) =>
    silent || (crossing && !crossing.has(t)) ? [] : usefulWires(tensors[t], objective, limits),
  );
  return {
    isSilent: silent,
    options,
    wires,
    flatOptions: options.flatMap((list, l) => list.map((o) => ({ ...layers[layerId[l]].options[o], id: o }))),
    flatWires: wires.flatMap((list, k) => list.map((w) => ({ ...tensors[tensorId[k]].wire[w], id: w }))),
  };
}

/** The measure of each option and wire; what the cloud sends back is added to the layer that makes it. */
function ofChoices(
  problem: PlanningProblem,
  { layerId, tensorId }: Numbering,
  { producer }: ModelGraph,
  { isSilent, flatOptions, flatWires }: Choices,
  measure: Measure,
): Omit<Resource, 'limit'> {
  const cloud = Float64Array.from(layerId, (i) => ofCloud(measure, problem.layers[i]));
  if (problem.deliver === 'edge' && !isSilent) {
    tensorId.forEach((t, k) => {
      const { isOutput, downlinkBytes = 0 } = problem.tensors[t];
      if (isOutput && producer[k] >= 0) cloud[producer[k]] += downlinkBytes * measure.downByte;
    });
  }
  return {
    option: Float64Array.from(flatOptions, (o) => ofOption(measure, o)),
    cloud,
    wire: Float64Array.from(flatWires, (w) => ofWire(measure, w)),
    constant: isSilent ? 0 : measure.travel,
  };
}

/**
 * Sets an infinite cost for layers that must not be in the cloud: pinned ones, and silent makers of what comes back.
 */
function forbidCloud(
  { layers, tensors, deliver }: PlanningProblem,
  { layerId, tensorId }: Numbering,
  { producer }: ModelGraph,
  isSilent: boolean,
  cloud: Float64Array,
): void {
  layerId.forEach((i, l) => {
    if (layers[i].placement === 'edge') cloud[l] = Number.POSITIVE_INFINITY;
  });
  if (deliver !== 'edge' || !isSilent) return;
  tensorId.forEach((t, k) => {
    if (tensors[t].isOutput && producer[k] >= 0) cloud[producer[k]] = Number.POSITIVE_INFINITY;
  });
}

/** 1 for layers that must be on the edge, -1 for those that must be in the cloud, by pins and for lack of options. */
function pinnedPlacement(problem: PlanningProblem, layerId: Int32Array, options: number[][]): Int8Array {
  const { layers, pinned } = problem;
  const decision = pinned && 'decision' in pinned ? pinned.decision : undefined;
  const encoding = encodingLayers(problem);
  return Int8Array.from(layerId, (i, l) => {
    if (decision === 'edge-only') return 1;
    if (decision === 'cloud-only' && !encoding[i]) return -1;
    if (layers[i].placement === 'edge') return 1;
    return options[l].length === 0 ? -1 : 0;
  });
}

/**
 * Where each tensor is resident. A step that is not on the edge may be counted like one that is: what is live there was
 * live at the edge step before it, so the peak is the same, and with a reader at or after a step the tensor is live
 * there whoever runs that reader.
 */
function memoryRows(
  { layers, tensors, activationMemory }: PlanningProblem,
  { layerId, tensorId }: Numbering,
  { readers, always }: ModelGraph,
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
