import type { Model } from '../core/model.js';
import type { Cut, CutCosts, CutFinder } from './cut-finder.js';
import { buildFlowNetwork, type FlowNetwork, minimumCut } from './mincut.js';
import { findSegments, priceSegment, type SegmentCost, type Segments } from './segments.js';

/** Capacities are whole numbers, so that the flow is exact; their sums stay below 2^53. */
const FINITE_TOTAL = 2 ** 49;
const FORBIDDEN = 2 ** 50;
const INFINITE = Number.POSITIVE_INFINITY;

/**
 * The cuts of a model as a flow network (closure problem; Picard 1976): the source side is the edge. Nodes and arcs are
 * fixed, capacities are set for every cut. A segment, a row of layers without branches, is two nodes, `any` on the
 * source side where any of it is on the edge and `whole` where all of it is; one of a single layer is one node. Arcs
 * are numbered as pairs: arc a has capacity[2 * a].
 */
interface ClosureNetwork {
  model: Model;
  segments: Segments;
  network: FlowNetwork;
  any: Int32Array;
  whole: Int32Array;
  /** The nodes of segments, and by node the arcs from the source and to the sink. */
  nodes: number[];
  fromSource: Int32Array;
  toSink: Int32Array;
  /** Arcs that no cut may break: a layer on the edge has its predecessors there. */
  unlimited: number[];
  /** Arc that keeps a segment in one piece where no cut within it is allowed; -1 for single layers. */
  together: Int32Array;
  /** Arc whose capacity is the cost of crossing; -1 for tensors within segments and those that nobody reads. */
  crossing: Int32Array;
  /** By node, what it costs on the source side beyond the other; infinite either way where it is pinned. */
  unary: Float64Array;
}

/** Finds the cheapest predecessor-closed set of layers by a minimum cut. */
export function closureFinder(model: Model): CutFinder {
  const closure = buildClosureNetwork(model);
  return (placement, costs) => cheapestClosure(closure, placement, costs);
}

function cheapestClosure(closure: ClosureNetwork, placement: Int8Array, costs: CutCosts): Cut {
  const { model, network } = closure;
  const none = (work: number): Cut => ({ value: INFINITE, edge: new Uint8Array(model.layerCount), work });
  const priced = priceSegments(closure, placement, costs);
  if (!priced) return none(0);
  setCapacities(closure, priced, costs.cross);
  const { source, flow, work } = minimumCut(network);
  if (flow >= FORBIDDEN) return none(work + model.layerCount);
  return { ...cutOf(closure, source, priced, costs.cross), work: work + model.layerCount };
}

/** Nodes and arcs while they are numbered. */
interface Arcs {
  nodeCount: number;
  from: number[];
  to: number[];
}

function addArc({ from, to }: Arcs, a: number, b: number): number {
  from.push(a);
  to.push(b);
  return from.length - 1;
}

function buildClosureNetwork(model: Model): ClosureNetwork {
  const segments = findSegments(model);
  // Node 0 is the source, node 1 the sink.
  const arcs: Arcs = { nodeCount: 2, from: [], to: [] };
  const any = new Int32Array(segments.layers.length);
  const whole = new Int32Array(segments.layers.length);
  segments.layers.forEach((list, s) => {
    any[s] = arcs.nodeCount++;
    whole[s] = list.length > 1 ? arcs.nodeCount++ : any[s];
  });
  const nodes = [...new Set([...any, ...whole])];
  const fromSource = new Int32Array(arcs.nodeCount);
  const toSink = new Int32Array(arcs.nodeCount);
  for (const v of nodes) fromSource[v] = addArc(arcs, 0, v);
  for (const v of nodes) toSink[v] = addArc(arcs, v, 1);
  const base = { model, segments, any, whole, nodes, fromSource, toSink };
  const unlimited: number[] = [];
  const together = addPrecedence(base, arcs, unlimited);
  const crossing = addCrossing(base, arcs, unlimited);
  const network = buildFlowNetwork(arcs.nodeCount, arcs.from, arcs.to);
  return { ...base, network, unlimited, together, crossing, unary: new Float64Array(arcs.nodeCount) };
}

type SegmentNodes = Pick<ClosureNetwork, 'model' | 'segments' | 'any' | 'whole'>;

/** The node that is on the source side where a layer is on the edge; the source itself for graph inputs. */
const makerNode = ({ segments, whole }: SegmentNodes, l: number): number => (l < 0 ? 0 : whole[segments.of[l]]);

/** Any of a segment on the edge has all its predecessors there; all of it has any of it. Returns `together`. */
function addPrecedence(base: SegmentNodes, arcs: Arcs, unlimited: number[]): Int32Array {
  const { model, segments, any, whole } = base;
  return Int32Array.from(segments.layers, (list, s) => {
    for (const p of model.before[list[0]]) unlimited.push(addArc(arcs, any[s], makerNode(base, p)));
    if (list.length === 1) return -1;
    unlimited.push(addArc(arcs, whole[s], any[s]));
    return addArc(arcs, any[s], whole[s]);
  });
}

/**
 * An arc from the maker of a tensor to its reader. A tensor with several readers has a node of its own between them, so
 * that it is paid once however many of them are in the cloud. Returns `crossing`.
 */
function addCrossing(base: SegmentNodes, arcs: Arcs, unlimited: number[]): Int32Array {
  const { model, segments, any } = base;
  const isWithin = new Uint8Array(model.tensorCount);
  for (const list of segments.behind) for (const t of list) isWithin[t] = 1;
  return Int32Array.from({ length: model.tensorCount }, (_, t) => {
    const readers = [...new Set(model.readers[t].map((l) => any[segments.of[l]]))];
    if (model.always[t] || readers.length === 0 || isWithin[t]) return -1;
    const maker = makerNode(base, model.origin[t]);
    if (readers.length === 1) return addArc(arcs, maker, readers[0]);
    const node = arcs.nodeCount++;
    for (const v of readers) unlimited.push(addArc(arcs, node, v));
    return addArc(arcs, maker, node);
  });
}

/** The cost of every segment on either side and cut within; undefined where one is allowed nowhere. */
function priceSegments({ segments }: ClosureNetwork, placement: Int8Array, costs: CutCosts): SegmentCost[] | undefined {
  const priced: SegmentCost[] = [];
  for (const layers of segments.layers) {
    const cost = priceSegment(layers, segments.behind, placement, costs);
    if (cost.cloud === INFINITE && cost.edge === INFINITE && cost.within === INFINITE) return undefined;
    priced.push(cost);
  }
  return priced;
}

/** The costs as capacities, scaled to whole numbers. */
function setCapacities(closure: ClosureNetwork, priced: SegmentCost[], cross: Float64Array): void {
  const { model, network, nodes, fromSource, toSink, unlimited, together, crossing, unary } = closure;
  const { capacity } = network;
  capacity.fill(0);
  setUnary(closure, priced);
  priced.forEach(({ within }, s) => {
    if (within === INFINITE && together[s] >= 0) capacity[2 * together[s]] = FORBIDDEN;
  });
  let total = 0;
  for (const v of nodes) if (Number.isFinite(unary[v])) total += Math.abs(unary[v]);
  for (let t = 0; t < model.tensorCount; t++) if (crossing[t] >= 0 && cross[t] < INFINITE) total += cross[t];
  const scale = total > 0 ? FINITE_TOTAL / total : 1;
  const scaled = (cost: number) => (cost < INFINITE ? Math.round(cost * scale) : FORBIDDEN);
  for (const a of unlimited) capacity[2 * a] = FORBIDDEN;
  for (const v of nodes) {
    capacity[2 * fromSource[v]] = scaled(Math.max(0, -unary[v]));
    capacity[2 * toSink[v]] = scaled(Math.max(0, unary[v]));
  }
  for (let t = 0; t < model.tensorCount; t++) if (crossing[t] >= 0) capacity[2 * crossing[t]] = scaled(cross[t]);
}

function setUnary({ any, whole, unary }: ClosureNetwork, priced: SegmentCost[]): void {
  unary.fill(0);
  priced.forEach(({ cloud, edge, within }, s) => {
    if (within === INFINITE) unary[any[s]] = difference(edge, cloud);
    else {
      unary[any[s]] = difference(within, cloud);
      unary[whole[s]] = difference(edge, within);
    }
  });
}

/** What a node costs on the edge side beyond what it costs on the other; a side of infinite cost decides alone. */
function difference(onEdge: number, other: number): number {
  if (other === INFINITE) return Number.NEGATIVE_INFINITY;
  return onEdge === INFINITE ? INFINITE : onEdge - other;
}

/** The layers on the source side, and their cost as it was before it was scaled. */
function cutOf(
  { model, segments, any, whole, crossing }: ClosureNetwork,
  source: Uint8Array,
  priced: SegmentCost[],
  cross: Float64Array,
): Pick<Cut, 'value' | 'edge'> {
  const edge = new Uint8Array(model.layerCount);
  let value = 0;
  segments.layers.forEach((list, s) => {
    const cost = priced[s];
    const isWhole = source[whole[s]] === 1;
    const isTouched = source[any[s]] === 1;
    value += isWhole ? cost.edge : isTouched ? cost.within : cost.cloud;
    const count = isWhole ? list.length : isTouched ? cost.length : 0;
    for (let i = 0; i < count; i++) edge[list[i]] = 1;
  });
  for (let t = 0; t < model.tensorCount; t++) {
    const isMade = model.origin[t] < 0 || edge[model.origin[t]];
    if (crossing[t] >= 0 && isMade && model.readers[t].some((l) => !edge[l])) value += cross[t];
  }
  return { value, edge };
}
