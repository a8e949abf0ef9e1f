import { account } from '../core/accounting.js';
import { crossingTensors } from '../core/crossing.js';
import { latency, ofWire } from '../core/measure.js';
import type { Plan, PlanningProblem } from '../core/problem.js';
import { buildFlowNetwork, minimumCut } from '../relaxation/mincut.js';
import { articulationPoints, predecessors } from './articulation.js';
import { widestChoice, withChoice } from './widest.js';

/** Capacities are whole numbers whose sums stay below 2^53, so that the flow is exact. */
const FINITE_TOTAL = 2 ** 49;
const FORBIDDEN = 2 ** 50;

/** What each layer costs on either side and each tensor on the link; infinite where it must not be there. */
interface Costs {
  edge: number[];
  cloud: number[];
  cross: number[];
  /** Paid by every cut. */
  fixed: number;
}

/**
 * QDMP (Zhang et al., IMWUT 2020): the minimum cut of DADS, found faster. A cut lies between two neighbours among the
 * articulation points of the DAG, so that it is sought in each of these blocks alone; all layers before it are then on
 * the edge and all behind it in the cloud. Widest bits, no limit looked at.
 *
 * @returns undefined where the pins leave no cut
 */
export function qdmpCut(problem: PlanningProblem): Plan | undefined {
  const choice = widestChoice(problem);
  const narrow = withChoice(problem, choice);
  const blocks = blocksOf(narrow);
  let best: { seconds: number; edge: boolean[] } | undefined;
  // Where nothing travels, the message itself is saved: cuts that send nothing are sought apart.
  for (const costs of narrow.link.fixedSeconds > 0
    ? [costsOf(narrow, false), costsOf(narrow, true)]
    : [costsOf(narrow, false)]) {
    const found = fastestBlock(narrow, blocks, costs);
    if (found && (!best || found.seconds < best.seconds)) best = found;
  }
  if (!best) return undefined;
  const { edge } = best;
  const crossing = new Set(crossingTensors(problem, edge));
  const assignment = {
    edge,
    option: choice.option.map((o, i) => (edge[i] ? o : -1)),
    wire: choice.wire.map((w, t) => (crossing.has(t) ? w : -1)),
  };
  return { ...account(problem, assignment), assignment };
}

/**
 * A block: layers `from` to `to` - 1 may be on either side, those before are on the edge, those from `to` on in the
 * cloud.
 */
interface Block {
  from: number;
  to: number;
}

function blocksOf(problem: PlanningProblem): Block[] {
  const points = articulationPoints(problem);
  const starts = [0, ...points.map((point) => point + 1)];
  return starts.map((from, i) => ({ from, to: points[i] ?? problem.layers.length }));
}

function costsOf(problem: PlanningProblem, isSilent: boolean): Costs {
  const { layers, tensors, link, deliver } = problem;
  const time = latency(problem);
  const cloud = layers.map(({ placement, cloudSeconds }) =>
    placement === 'edge' ? Number.POSITIVE_INFINITY : cloudSeconds,
  );
  for (const { producer, isOutput, downlinkBytes = 0 } of tensors) {
    if (deliver !== 'edge' || !isOutput || producer < 0) continue;
    cloud[producer] += isSilent ? Number.POSITIVE_INFINITY : downlinkBytes * link.secondsPerByteDown;
  }
  return {
    edge: layers.map(({ placement, options }) =>
      placement === 'cloud' || options.length === 0 ? Number.POSITIVE_INFINITY : options[0].seconds,
    ),
    cloud,
    cross: tensors.map(({ wire }) =>
      isSilent || wire.length === 0 ? Number.POSITIVE_INFINITY : ofWire(time, wire[0]),
    ),
    fixed: isSilent ? 0 : link.fixedSeconds,
  };
}

function fastestBlock(
  problem: PlanningProblem,
  blocks: Block[],
  costs: Costs,
): { seconds: number; edge: boolean[] } | undefined {
  const { layers } = problem;
  const before = predecessors(problem);
  const prices = tensorPrices(problem, costs);
  const cloudBehind = new Float64Array(layers.length + 1);
  for (let l = layers.length - 1; l >= 0; l--) cloudBehind[l] = cloudBehind[l + 1] + costs.cloud[l];
  let edgeBefore = 0;
  let passed = 0;
  let best: { seconds: number; block: Block; inside: Set<number> } | undefined;
  let live: TensorPrice[] = [];
  let coming = 0;
  for (const block of blocks) {
    live = live.filter(({ last }) => last >= block.from);
    for (; coming < prices.length && prices[coming].origin < block.to; coming++) live.push(prices[coming]);
    for (; passed < block.from; passed++) edgeBefore += costs.edge[passed];
    const rest = edgeBefore + cloudBehind[block.to] + costs.fixed;
    if (rest === Number.POSITIVE_INFINITY || (best && rest >= best.seconds)) continue;
    const found = cutBlock(block, before, live, costs);
    const seconds = rest + found.seconds;
    if (seconds < (best?.seconds ?? Number.POSITIVE_INFINITY)) best = { seconds, block, inside: found.inside };
  }
  if (!best) return undefined;
  const { block, inside, seconds } = best;
  return { seconds, edge: layers.map((_, l) => l < block.from || inside.has(l)) };
}

/**
 * A tensor with its price and who can want it in the cloud; `last` is infinite where the cloud wants it in any case.
 */
interface TensorPrice {
  origin: number;
  seconds: number;
  readers: number[];
  last: number;
}

/** In the order in which they are made, so that a block looks at those alone that live there. */
function tensorPrices({ layers, tensors, deliver }: PlanningProblem, { cross }: Costs): TensorPrice[] {
  const readers: number[][] = tensors.map(() => []);
  layers.forEach(({ inputs }, l) => {
    for (const t of new Set(inputs)) readers[t].push(l);
  });
  const prices = tensors.flatMap(({ producer, availableFrom, isOutput }, t): TensorPrice[] => {
    const isWanted = deliver === 'cloud' && isOutput;
    if (readers[t].length === 0 && !isWanted) return [];
    const last = isWanted ? Number.POSITIVE_INFINITY : Math.max(...readers[t]);
    return [{ origin: availableFrom ?? producer, seconds: cross[t], readers: readers[t], last }];
  });
  return prices.sort((a, b) => a.origin - b.origin);
}

/** The cheapest way to part a block: its layers on either side, and all tensors that cross behind it or within it. */
function cutBlock(
  { from, to }: Block,
  before: number[][],
  prices: TensorPrice[],
  costs: Costs,
): { seconds: number; inside: Set<number> } {
  const ends: [from: number, to: number, seconds: number][] = [];
  const node = (l: number) => (l < from ? 0 : l < to ? 2 + l - from : 1);
  let nodeCount = 2 + to - from;
  for (let l = from; l < to; l++) {
    ends.push([node(l), 1, costs.edge[l]], [0, node(l), costs.cloud[l]]);
    for (const p of before[l]) if (p >= from) ends.push([node(l), node(p), Number.POSITIVE_INFINITY]);
  }
  for (const { origin, seconds, readers, last } of prices) {
    // A node of its own, so that it is paid once however many read it.
    const all = last >= to ? [1] : [...new Set(readers.filter((l) => l >= from).map(node))];
    if (all.length === 1) {
      ends.push([node(origin), all[0], seconds]);
      continue;
    }
    const paid = nodeCount++;
    ends.push([node(origin), paid, seconds]);
    for (const reader of all) ends.push([paid, reader, Number.POSITIVE_INFINITY]);
  }
  const total = ends.reduce((sum, [, , seconds]) => (seconds < Number.POSITIVE_INFINITY ? sum + seconds : sum), 0);
  const scale = total > 0 ? FINITE_TOTAL / total : 1;
  const network = buildFlowNetwork(
    nodeCount,
    ends.map(([a]) => a),
    ends.map(([, b]) => b),
  );
  ends.forEach(([, , seconds], i) => {
    network.capacity[2 * i] = seconds < Number.POSITIVE_INFINITY ? Math.round(seconds * scale) : FORBIDDEN;
  });
  const { source, flow } = minimumCut(network);
  if (flow >= FORBIDDEN) return { seconds: Number.POSITIVE_INFINITY, inside: new Set() };
  const seconds = ends.reduce((sum, [a, b, cost]) => (source[a] === 1 && source[b] === 0 ? sum + cost : sum), 0);
  const inside = new Set<number>();
  for (let l = from; l < to; l++) if (source[node(l)] === 1) inside.add(l);
  return { seconds, inside };
}
