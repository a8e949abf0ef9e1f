import { buildNetwork, type FlowNetwork, minimumCut } from './mincut.js';
import type { Model } from './model.js';

export interface CutFinder {
  /**
   * The cheapest cut: `edgeCost` of its layers, `cloudCost` of the others, `crossCost` of every tensor with a reader in the cloud.
   * Infinite costs forbid; `placement` pins. The value is infinite where no cut is allowed.
   */
  find(placement: Int8Array, edgeCost: Float64Array, cloudCost: Float64Array, crossCost: Float64Array): { value: number; edge: Uint8Array };
  /** Elementary steps done so far. */
  work(): number;
}

export function createCutFinder(model: Model): CutFinder {
  return model.chain ? createPrefixFinder(model) : createClosureFinder(model);
}

/** Prefixes of the order, all of them looked at. */
function createPrefixFinder(model: Model): CutFinder {
  const { layerCount, tensorCount } = model;
  const lastReader = Int32Array.from({ length: tensorCount }, (_, t) => model.readers[t].reduce((last, l) => Math.max(last, l), -1));
  const starting: number[][] = Array.from({ length: layerCount }, () => []);
  const ending: number[][] = Array.from({ length: layerCount }, () => []);
  for (let t = 0; t < tensorCount; t++) {
    if (model.always[t] || lastReader[t] < 0) continue;
    if (model.origin[t] >= 0) starting[model.origin[t]].push(t);
    ending[lastReader[t]].push(t);
  }
  let work = 0;
  return {
    find(placement, edgeCost, cloudCost, crossCost) {
      let forbidden = 0;
      let cost = 0;
      const add = (amount: number, sign: number) => {
        if (amount === Number.POSITIVE_INFINITY) forbidden += sign;
        else cost += sign * amount;
      };
      const forced = placement.lastIndexOf(1) + 1;
      const firstCloud = placement.indexOf(-1);
      const longest = firstCloud < 0 ? layerCount : firstCloud;
      for (let l = 0; l < layerCount; l++) add(cloudCost[l], 1);
      for (let t = 0; t < tensorCount; t++) if (model.origin[t] < 0 && !model.always[t] && lastReader[t] >= 0) add(crossCost[t], 1);
      let best = -1;
      let value = Number.POSITIVE_INFINITY;
      for (let length = 0; length <= longest; length++) {
        if (length >= forced && forbidden === 0 && cost < value) {
          value = cost;
          best = length;
        }
        if (length === layerCount) break;
        add(cloudCost[length], -1);
        add(edgeCost[length], 1);
        for (const t of starting[length]) add(crossCost[t], 1);
        for (const t of ending[length]) add(crossCost[t], -1);
      }
      work += layerCount + tensorCount;
      return { value, edge: Uint8Array.from({ length: layerCount }, (_, l) => (l < best ? 1 : 0)) };
    },
    work: () => work,
  };
}

/**
 * Predecessor-closed sets by a minimum cut. An edge layer drags its predecessors along (an arc without limit to each). A tensor has a
 * node of its own between its maker and its readers, so that it is charged once however many of them are in the cloud.
 */
function createClosureFinder(model: Model): CutFinder {
  const { layerCount, tensorCount } = model;
  const from: number[] = [];
  const to: number[] = [];
  const arc = (a: number, b: number) => {
    from.push(a);
    to.push(b);
    return from.length - 1;
  };
  const layerNode = (l: number) => (l < 0 ? 0 : 2 + l);
  const inCloud = Int32Array.from({ length: layerCount }, (_, l) => arc(0, layerNode(l)));
  const onEdge = Int32Array.from({ length: layerCount }, (_, l) => arc(layerNode(l), 1));
  const unlimited: number[] = [];
  model.before.forEach((list, l) => {
    for (const p of list) unlimited.push(arc(layerNode(l), layerNode(p)));
  });
  let nodeCount = 2 + layerCount;
  const crosses = Int32Array.from({ length: tensorCount }, (_, t) => {
    const readers = model.readers[t];
    if (model.always[t] || readers.length === 0) return -1;
    if (readers.length === 1) return arc(layerNode(model.origin[t]), layerNode(readers[0]));
    const node = nodeCount++;
    for (const l of readers) unlimited.push(arc(node, layerNode(l)));
    return arc(layerNode(model.origin[t]), node);
  });
  const network: FlowNetwork = buildNetwork(nodeCount, from, to);
  let work = 0;

  return {
    find(placement, edgeCost, cloudCost, crossCost) {
      const { capacity } = network;
      const infinite = Number.POSITIVE_INFINITY;
      let total = 0;
      for (let l = 0; l < layerCount; l++) {
        const difference = edgeCost[l] - cloudCost[l];
        if (placement[l] === 0 && Number.isFinite(difference)) total += Math.abs(difference);
      }
      for (let t = 0; t < tensorCount; t++) if (crosses[t] >= 0 && crossCost[t] < infinite) total += crossCost[t];
      // Whole numbers, so that the flow is exact; 2^49 leaves room for the sums.
      const scale = total > 0 ? 2 ** 49 / total : 1;
      const forbidden = 2 ** 50;
      const whole = (cost: number) => (cost < infinite ? Math.round(cost * scale) : forbidden);
      capacity.fill(0);
      for (const a of unlimited) capacity[2 * a] = forbidden;
      for (let l = 0; l < layerCount; l++) {
        const mustEdge = placement[l] > 0 || cloudCost[l] === infinite;
        const mustCloud = placement[l] < 0 || edgeCost[l] === infinite;
        if (mustEdge && mustCloud) return { value: infinite, edge: new Uint8Array(layerCount) };
        const difference = mustEdge || mustCloud ? 0 : edgeCost[l] - cloudCost[l];
        capacity[2 * inCloud[l]] = mustEdge ? forbidden : whole(Math.max(0, -difference));
        capacity[2 * onEdge[l]] = mustCloud ? forbidden : whole(Math.max(0, difference));
      }
      for (let t = 0; t < tensorCount; t++) if (crosses[t] >= 0) capacity[2 * crosses[t]] = whole(crossCost[t]);
      const cut = minimumCut(network);
      work += cut.work;
      const edge = cut.source.slice(2, 2 + layerCount);
      if (cut.flow >= forbidden) return { value: infinite, edge };

      let value = 0;
      for (let l = 0; l < layerCount; l++) value += edge[l] ? edgeCost[l] : cloudCost[l];
      for (let t = 0; t < tensorCount; t++) {
        const made = model.origin[t] < 0 || edge[model.origin[t]];
        if (crosses[t] >= 0 && made && model.readers[t].some((l) => !edge[l])) value += crossCost[t];
      }
      return { value, edge };
    },
    work: () => work,
  };
}
