import type { Model } from '../core/model.js';
import type { CutFinder } from './cut-finder.js';
import { buildFlowNetwork, type FlowNetwork, minimumCut } from './mincut.js';
import { findSegments, priceSegment, type SegmentCost } from './segments.js';

/** Capacities are whole numbers, so that the flow is exact; their sums stay below 2^53. */
const FINITE_TOTAL = 2 ** 49;
const FORBIDDEN = 2 ** 50;

/**
 * Predecessor-closed sets by a minimum cut. An edge layer drags its predecessors along (an arc without limit to each).
 * A tensor with several readers has a node of its own between its maker and them, so that it is charged once however
 * many of them are in the cloud. A row of layers is two nodes: `in` is on the edge side where any of it is, `out` where
 * all of it is.
 */
export function createClosureFinder(model: Model): CutFinder {
  const { layerCount, tensorCount } = model;
  const segments = findSegments(model);
  const segmentCount = segments.layers.length;
  const from: number[] = [];
  const to: number[] = [];
  const arc = (a: number, b: number) => {
    from.push(a);
    to.push(b);
    return from.length - 1;
  };
  let nodeCount = 2;
  const inNode = new Int32Array(segmentCount);
  const outNode = new Int32Array(segmentCount);
  segments.layers.forEach((list, s) => {
    inNode[s] = nodeCount++;
    outNode[s] = list.length > 1 ? nodeCount++ : inNode[s];
  });
  const readerNode = (l: number) => inNode[segments.of[l]];
  const makerNode = (l: number) => (l < 0 ? 0 : outNode[segments.of[l]]);
  const nodes = [...new Set([...inNode, ...outNode])];
  const fromSource = new Map(nodes.map((v) => [v, arc(0, v)]));
  const toSink = new Map(nodes.map((v) => [v, arc(v, 1)]));
  const unlimited: number[] = [];
  const together = new Int32Array(segmentCount).fill(-1);
  segments.layers.forEach((list, s) => {
    for (const p of model.before[list[0]]) unlimited.push(arc(inNode[s], makerNode(p)));
    if (list.length === 1) return;
    unlimited.push(arc(outNode[s], inNode[s]));
    together[s] = arc(inNode[s], outNode[s]);
  });
  const isBehind = new Uint8Array(tensorCount);
  for (const list of segments.behind) for (const t of list) isBehind[t] = 1;
  const crosses = Int32Array.from({ length: tensorCount }, (_, t) => {
    const readers = [...new Set(model.readers[t].map(readerNode))];
    if (model.always[t] || readers.length === 0 || isBehind[t]) return -1;
    if (readers.length === 1) return arc(makerNode(model.origin[t]), readers[0]);
    const node = nodeCount++;
    for (const v of readers) unlimited.push(arc(node, v));
    return arc(makerNode(model.origin[t]), node);
  });
  const network: FlowNetwork = buildFlowNetwork(nodeCount, from, to);
  /** Cost of having a node on the edge side rather than not; infinite either way where it is pinned. */
  const unary = new Float64Array(nodeCount);
  let work = 0;

  return {
    find(placement, edgeCost, cloudCost, crossCost) {
      const infinite = Number.POSITIVE_INFINITY;
      const none = { value: infinite, edge: new Uint8Array(layerCount) };
      const { capacity } = network;
      capacity.fill(0);
      unary.fill(0);
      const costs: SegmentCost[] = [];
      for (let s = 0; s < segmentCount; s++) {
        const cost = priceSegment(segments.layers[s], segments.behind, placement, edgeCost, cloudCost, crossCost);
        const { cloud, edge, within } = cost;
        if (cloud === infinite && edge === infinite && within === infinite) return none;
        costs.push(cost);
        if (within === infinite) {
          if (together[s] >= 0) capacity[2 * together[s]] = FORBIDDEN;
          unary[inNode[s]] = difference(edge, cloud);
        } else {
          unary[inNode[s]] = difference(within, cloud);
          unary[outNode[s]] = difference(edge, within);
        }
      }
      let total = 0;
      for (const v of nodes) if (Number.isFinite(unary[v])) total += Math.abs(unary[v]);
      for (let t = 0; t < tensorCount; t++) if (crosses[t] >= 0 && crossCost[t] < infinite) total += crossCost[t];
      const scale = total > 0 ? FINITE_TOTAL / total : 1;
      const whole = (cost: number) => (cost < infinite ? Math.round(cost * scale) : FORBIDDEN);
      for (const a of unlimited) capacity[2 * a] = FORBIDDEN;
      for (const v of nodes) {
        capacity[2 * (fromSource.get(v) ?? 0)] = whole(Math.max(0, -unary[v]));
        capacity[2 * (toSink.get(v) ?? 0)] = whole(Math.max(0, unary[v]));
      }
      for (let t = 0; t < tensorCount; t++) if (crosses[t] >= 0) capacity[2 * crosses[t]] = whole(crossCost[t]);
      const cut = minimumCut(network);
      work += cut.work + layerCount;
      if (cut.flow >= FORBIDDEN) return none;

      const edge = new Uint8Array(layerCount);
      let value = 0;
      segments.layers.forEach((list, s) => {
        const cost = costs[s];
        const isWhole = cut.source[outNode[s]] === 1;
        const isTouched = cut.source[inNode[s]] === 1;
        value += isWhole ? cost.edge : isTouched ? cost.within : cost.cloud;
        const count = isWhole ? list.length : isTouched ? cost.length : 0;
        for (let i = 0; i < count; i++) edge[list[i]] = 1;
      });
      for (let t = 0; t < tensorCount; t++) {
        const made = model.origin[t] < 0 || edge[model.origin[t]];
        if (crosses[t] >= 0 && made && model.readers[t].some((l) => !edge[l])) value += crossCost[t];
      }
      return { value, edge };
    },
    work: () => work,
  };
}

/** What a node costs on the edge side beyond what it costs on the other; a side of infinite cost decides alone. */
function difference(onEdge: number, other: number): number {
  if (other === Number.POSITIVE_INFINITY) return Number.NEGATIVE_INFINITY;
  return onEdge === Number.POSITIVE_INFINITY ? Number.POSITIVE_INFINITY : onEdge - other;
}
