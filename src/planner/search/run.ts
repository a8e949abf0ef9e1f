import { planCut } from '../bits/plan-cut.js';
import type { Model } from '../core/model.js';
import { Queue } from '../core/queue.js';
import { boundNode, type NodeBound } from '../relaxation/node-bound.js';
import { type Incumbent, offer, take } from './incumbent.js';
import { alternatives, crossesAsPinned, type Decision, decide, mostUndecided, readersToMove } from './placement.js';
import {
  type Levels,
  type Node,
  type SearchResult,
  type Setting,
  type State,
  TIE_ERROR,
  TIE_WEIGHTS,
} from './state.js';

/** One run of a search: a walk over the tree of nodes. */
interface Run {
  setting: Setting;
  state: State;
  incumbent: Incumbent;
  /** Nodes to look into, least bound first. */
  queue: Queue<Node>;
  /** Nodes that are not looked into any further, at least until limits are tighter. */
  shelf: Node[];
  gap: number;
  workLimit: number;
  /** Elementary steps of single cuts; those of relaxations are counted by their relaxers, from `workBefore` on. */
  cutWork: number;
  workBefore: number;
}

/** Effort for a cut that a relaxation has met on the way; one that must be settled gets the rest of the work. */
const PASSING = { width: 64, nodes: 30, share: 1 / 200 };
const THOROUGH = { width: [64, 16384], nodes: 4000, memory: 4e6 } as const;

/** The share of the best that is good enough, by the share of the work limit that is used. */
const patience = (used: number) => (used < 0.05 ? 0 : used < 0.3 ? 1e-7 : 1e-4);

/**
 * The plan of least objective at these limits, by branch and bound over cuts, best bound first. Goes on from the nodes
 * and plans of the runs before, none of which had tighter limits.
 */
export function runSearch(setting: Setting, state: State, levels: Levels): SearchResult {
  if (setting.variants.length === 0) return { best: undefined, lowerBound: Number.POSITIVE_INFINITY, hasCut: false };
  const run = startRun(setting, state, levels);
  for (let node = run.queue.pop(); node; node = run.queue.pop()) {
    if (workDone(run) > run.workLimit) {
      shelve(run, node);
      break;
    }
    explore(run, node);
  }
  for (const node of run.queue.rest()) shelve(run, node);
  state.nodes = run.shelf;
  return resultOf(run);
}

function startRun(setting: Setting, state: State, levels: Levels): Run {
  const { variants, options } = setting;
  const limits = setting.limits.map((limit, k) => ({ ...limit, limit: levels.linear[k] }));
  for (const { model } of variants) {
    model.memoryLimit = levels.memoryBytes ?? Number.POSITIVE_INFINITY;
    limits.forEach(({ limit }, k) => {
      model.resources[k].limit = limit;
    });
  }
  state.run++;
  const { memoryBytes } = levels;
  const incumbent: Incumbent = { setting, memoryBytes, limits, best: undefined, cost: Number.POSITIVE_INFINITY };
  for (const plan of state.plans) take(incumbent, plan);
  const queue = new Queue<Node>((a, b) => a.bound - b.bound);
  for (const node of state.nodes) queue.push(node);
  const { gap = 0, work: workLimit = 5e8 } = options;
  return {
    setting,
    state,
    incumbent,
    queue,
    shelf: [],
    gap,
    workLimit,
    cutWork: 0,
    workBefore: relaxationWork(setting),
  };
}

const relaxationWork = ({ variants }: Setting): number =>
  variants.reduce((sum, { relaxer }) => sum + relaxer.work(), 0);

const workDone = ({ setting, cutWork, workBefore }: Run): number => relaxationWork(setting) + cutWork - workBefore;

/** Cost by which a plan may still be better without being looked for. */
function allowedGap(run: Run): number {
  const { incumbent, gap, workLimit, setting } = run;
  const epsilon = 1e-12 * setting.unit;
  if (!incumbent.best) return epsilon;
  return Math.max(epsilon, incumbent.cost * Math.max(gap, patience(workDone(run) / workLimit)));
}

/** Nothing of a bound from here on is of use. */
const cutoff = (run: Run): number => run.incumbent.cost - allowedGap(run);

function shelve({ shelf }: Run, node: Node): void {
  if (node.bound < Number.POSITIVE_INFINITY) shelf.push(node);
}

/** Shelves a node whose bound leaves nothing of use. */
function fathom(run: Run, node: Node): boolean {
  if (node.bound < cutoff(run)) return false;
  shelve(run, node);
  return true;
}

/** Bounds a node, settles the cuts that its bound meets, and branches where it is still of use. */
function explore(run: Run, node: Node): void {
  if (fathom(run, node)) return;
  const { variant, placement } = node;
  if (node.edge) {
    shelve(run, { ...node, bound: Math.max(node.bound, settleCut(run, variant, node.edge, true)) });
    return;
  }
  const { variants, unit } = run.setting;
  const { bound, mix } = boundNode(variants[variant], placement, cutoff(run), unit);
  const bounded = { ...node, bound: Math.max(node.bound, bound) };
  if (mix.length === 0 || fathom(run, bounded)) return;
  for (const { column } of mix) settleCut(run, variant, column.edge, false);
  if (!fathom(run, bounded)) branch(run, bounded, mix);
}

/**
 * Branches on the layer that the mix is least agreed on; where all agree on a cut, settles that and parts the others.
 */
function branch(run: Run, node: Node, mix: NodeBound['mix']): void {
  const layer = mostUndecided(mix, node.placement);
  if (layer < 0) branchAroundCut(run, node, mix[0].column.edge);
  else for (const side of [1, -1]) pushChild(run, node, [[layer, side]]);
}

/** Settles one cut, and makes children of which each other cut of the node is in exactly one. */
function branchAroundCut(run: Run, node: Node, edge: Uint8Array): void {
  const { model } = run.setting.variants[node.variant];
  shelve(run, { ...node, edge, bound: Math.max(node.bound, settleCut(run, node.variant, edge, true)) });
  const decided: Decision[] = [];
  for (const [layer, side] of otherDecisions(model, edge, node.placement)) {
    pushChild(run, node, [...decided, [layer, side]]);
    decided.push([layer, -side]);
  }
}

function otherDecisions(model: Model, edge: Uint8Array, placement: Int8Array): Decision[] {
  const movable = readersToMove(model, edge, placement);
  return movable?.map((l): Decision => [l, -1]) ?? alternatives(model, edge, placement);
}

/** A node with more decided; none where that contradicts what is decided already. */
function pushChild(run: Run, { variant, placement, bound }: Node, decisions: readonly Decision[]): void {
  const { model } = run.setting.variants[variant];
  const child = placement.slice();
  for (const [layer, side] of decisions) if (!decide(model, child, layer, side)) return;
  run.queue.push({ variant, placement: child, bound });
}

/**
 * Finds bits and encodings of a cut, unless enough is proven of it. Returns a bound of its plans.
 *
 * @param isThorough with all the work that is left; otherwise with little, and once per run
 */
function settleCut(run: Run, variant: number, edge: Uint8Array, isThorough: boolean): number {
  const { state, incumbent } = run;
  const { model, penalty } = run.setting.variants[variant];
  const proven = state.proven[variant];
  const key = cutKey(edge);
  const known = proven.get(key);
  if (known && (known.bound >= cutoff(run) || (known.run === state.run && !isThorough))) return known.bound;
  let bound = Number.POSITIVE_INFINITY;
  if (crossesAsPinned(model, edge)) {
    const count = (steps: number) => {
      run.cutWork += steps;
    };
    const found = planCut(model, edge, incumbent.cost, penalty, effortFor(run, model, isThorough), count);
    if (found.plan) offer(incumbent, state, model, edge, found.plan);
    bound = found.bound;
  }
  proven.set(key, { bound, run: state.run });
  return bound;
}

function effortFor(run: Run, { layerCount }: Model, isThorough: boolean) {
  const margin = () => allowedGap(run);
  if (!isThorough) return { width: PASSING.width, nodes: PASSING.nodes, work: run.workLimit * PASSING.share, margin };
  const [least, most] = THOROUGH.width;
  return {
    width: Math.max(least, Math.min(most, Math.floor(THOROUGH.memory / layerCount))),
    nodes: THOROUGH.nodes,
    work: Math.max(0, run.workLimit - workDone(run)),
    margin,
  };
}

function resultOf({ shelf, incumbent, setting }: Run): SearchResult {
  const proven = shelf.reduce((least, { bound }) => Math.min(least, bound), incumbent.cost);
  const lowerBound = Math.max(0, proven - (TIE_WEIGHTS + TIE_ERROR) * setting.unit);
  return { best: incumbent.best, lowerBound: proven === Number.POSITIVE_INFINITY ? proven : lowerBound, hasCut: true };
}

/** The cut as a short string. */
function cutKey(edge: Uint8Array): string {
  const packed = new Uint16Array(Math.ceil(edge.length / 16));
  for (let l = 0; l < edge.length; l++) if (edge[l]) packed[l >> 4] |= 1 << (l & 15);
  return String.fromCharCode(...packed);
}
