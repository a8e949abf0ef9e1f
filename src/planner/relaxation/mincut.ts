/**
 * A flow network with fixed arcs and capacities that change from call to call. Node 0 is the source, node 1 the sink.
 */
export interface FlowNetwork {
  nodeCount: number;
  /** Arcs leaving node v: arc[first[v]] .. arc[first[v + 1] - 1]. Arc e and its reverse e ^ 1 are a pair. */
  first: Int32Array;
  arc: Int32Array;
  to: Int32Array;
  capacity: Float64Array;
}

/** Arcs as (from, to) pairs; pair i has arcs 2i and 2i + 1, the second one being its reverse. */
export function buildFlowNetwork(nodeCount: number, from: number[], to: number[]): FlowNetwork {
  const arcCount = 2 * from.length;
  const heads = new Int32Array(arcCount);
  const first = new Int32Array(nodeCount + 1);
  for (let i = 0; i < from.length; i++) {
    heads[2 * i] = to[i];
    heads[2 * i + 1] = from[i];
    first[from[i] + 1]++;
    first[to[i] + 1]++;
  }
  for (let v = 0; v < nodeCount; v++) first[v + 1] += first[v];
  const next = first.slice(0, nodeCount);
  const arc = new Int32Array(arcCount);
  for (let i = 0; i < from.length; i++) {
    arc[next[from[i]]++] = 2 * i;
    arc[next[to[i]]++] = 2 * i + 1;
  }
  return { nodeCount, first, arc, to: heads, capacity: new Float64Array(arcCount) };
}

/**
 * Maximum flow by Dinic's algorithm; `capacity` becomes the residual. Capacities must be whole numbers whose sums stay
 * below 2^53, so that the arithmetic is exact.
 *
 * @returns the source side of the smallest minimum cut (1 = source side) and the number of arcs looked at.
 */
export function minimumCut(network: FlowNetwork): { source: Uint8Array; flow: number; work: number } {
  const { nodeCount } = network;
  const state: FlowState = {
    level: new Int32Array(nodeCount),
    next: new Int32Array(nodeCount),
    queue: new Int32Array(nodeCount),
    path: new Int32Array(nodeCount),
    flow: 0,
    work: 0,
  };
  while (findLevels(network, state)) blockFlow(network, state);
  const source = reachableFromSource(network, state);
  return { source, flow: state.flow, work: state.work };
}

interface FlowState {
  /** Arcs from a node to the sink, -1 where it cannot reach the sink. */
  level: Int32Array;
  /** The next arc of a node to try. */
  next: Int32Array;
  queue: Int32Array;
  /** Arcs from the source to the current node. */
  path: Int32Array;
  flow: number;
  /** Arcs looked at. */
  work: number;
}

/**
 * Levels by breadth-first search from the sink, so that only nodes that can still reach it are walked.
 *
 * @returns whether the source can reach the sink
 */
function findLevels({ first, arc, to, capacity }: FlowNetwork, state: FlowState): boolean {
  const { level, queue } = state;
  level.fill(-1);
  level[1] = 0;
  queue[0] = 1;
  let size = 1;
  for (let head = 0; head < size; head++) {
    const v = queue[head];
    for (let k = first[v]; k < first[v + 1]; k++) {
      const e = arc[k];
      const u = to[e];
      if (level[u] < 0 && capacity[e ^ 1] > 0) {
        level[u] = level[v] + 1;
        queue[size++] = u;
      }
    }
    state.work += first[v + 1] - first[v];
  }
  return level[0] >= 0;
}

/** Sends flow along shortest paths until each has a full arc: depth-first search that tries every arc once. */
function blockFlow(network: FlowNetwork, state: FlowState): void {
  const { nodeCount, first, arc, to, capacity } = network;
  const { level, next, path } = state;
  for (let v = 0; v < nodeCount; v++) next[v] = first[v];
  let depth = 0;
  let v = 0;
  for (;;) {
    if (v === 1) {
      depth = augment(network, state, depth);
      v = to[path[depth] ^ 1];
    }
    while (next[v] < first[v + 1]) {
      const e = arc[next[v]];
      if (capacity[e] > 0 && level[to[e]] === level[v] - 1) break;
      next[v]++;
      state.work++;
    }
    if (next[v] < first[v + 1]) {
      const e = arc[next[v]];
      path[depth++] = e;
      v = to[e];
    } else {
      if (depth === 0) return;
      depth--;
      v = to[path[depth] ^ 1];
      next[v]++;
    }
  }
}

/**
 * Sends what the first `depth` arcs of the path can carry.
 *
 * @returns the depth of the first arc that is full now
 */
function augment({ capacity }: FlowNetwork, state: FlowState, depth: number): number {
  const { path } = state;
  let amount = Number.POSITIVE_INFINITY;
  for (let i = 0; i < depth; i++) if (capacity[path[i]] < amount) amount = capacity[path[i]];
  state.flow += amount;
  let firstFull = depth;
  for (let i = depth - 1; i >= 0; i--) {
    capacity[path[i]] -= amount;
    capacity[path[i] ^ 1] += amount;
    if (capacity[path[i]] === 0) firstFull = i;
  }
  state.work += 2 * depth;
  return firstFull;
}

/** Nodes (1) that the source still reaches in the residual. */
function reachableFromSource({ nodeCount, first, arc, to, capacity }: FlowNetwork, state: FlowState): Uint8Array {
  const { queue } = state;
  const source = new Uint8Array(nodeCount);
  source[0] = 1;
  queue[0] = 0;
  let size = 1;
  for (let head = 0; head < size; head++) {
    const v = queue[head];
    for (let k = first[v]; k < first[v + 1]; k++) {
      const e = arc[k];
      if (capacity[e] > 0 && !source[to[e]]) {
        source[to[e]] = 1;
        queue[size++] = to[e];
      }
    }
    state.work += first[v + 1] - first[v];
  }
  return source;
}
