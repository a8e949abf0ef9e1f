import { evaluate } from './evaluate.js';
import { buildModel, type Model, toAssignment } from './model.js';
import { boundNode, createVariant, leastPeak, type Variant } from './node-bound.js';
import { planCut } from './plan-cut.js';
import { isBetter, isWithin } from './prefer.js';
import type { Plan, PlanningProblem } from './problem.js';
import { Queue } from './queue.js';
import { type Column, createRelaxer, crossingTensors } from './relax.js';

export interface SolveOptions {
  /** Stop once the plan is proven to be within this share of the best. @default 0, and 1e-4 once a good part of the work is done */
  gap?: number;
  /** Most elementary steps to take, roughly 1e8 a second; the gap that is left then is reported. @default 5e8 */
  work?: number;
}

export interface SearchResult {
  best: Plan | undefined;
  /** Seconds: no plan within the memory and error limits is faster. Infinite where there is none. */
  lowerBound: number;
  /** False where no cut is allowed at all, whatever the limits. */
  hasCut: boolean;
}

interface Node {
  variant: Variant;
  placement: Int8Array;
  bound: number;
}

/** Shares of the typical cost by which weights and error may change it, to decide ties. */
const TIE_WEIGHTS = 1e-10;
const TIE_ERROR = 1e-11;

/** The share of the best that is good enough, by the share of the work limit that is used. */
const patience = (used: number) => (used < 0.05 ? 0 : used < 0.3 ? 1e-7 : 1e-4);

/** The fastest plan within the memory and error limits, by branch and bound over cuts, best bound first. */
export function search(problem: PlanningProblem, { gap = 0, work: workLimit = 5e8 }: SolveOptions = {}): SearchResult {
  const isPinnedToCross = problem.pinned !== undefined && 'crossing' in problem.pinned && problem.pinned.crossing.length > 0;
  const silences = problem.link.fixedSeconds > 0 && !isPinnedToCross ? [true, false] : [false];
  const unlimited = silences.map((silent) => unlimitedBound(problem, silent));
  const fastest = Math.min(...unlimited);
  if (fastest === Number.POSITIVE_INFINITY) return { best: undefined, lowerBound: Number.POSITIVE_INFINITY, hasCut: false };
  const plain = buildModel(problem, { silent: false, tieWeights: 0, tieError: 0 });
  // No plan within the limits that takes any time at all takes less than this.
  const unit = fastest || smallestCost(plain);
  const tieWeights = perUnit(TIE_WEIGHTS * unit, sumOfMost(plain.optionStart, plain.optionWeights));
  const cloudError = plain.cloudError.reduce((sum, error) => sum + error, 0);
  const tieError = perUnit(
    TIE_ERROR * unit,
    sumOfMost(plain.optionStart, plain.optionError) + sumOfMost(plain.wireStart, plain.wireError) + cloudError,
  );
  const epsilon = 1e-12 * unit;

  let best: Plan | undefined;
  let bestCost = Number.POSITIVE_INFINITY;
  const offer = (model: Model, edge: Uint8Array, option: Int32Array, wire: Int32Array) => {
    const assignment = toAssignment(model, edge, option, wire);
    const plan: Plan = { ...evaluate(problem, assignment), assignment };
    if (!isWithin(problem, plan) || (best && !isBetter(problem, plan, best))) return;
    best = plan;
    bestCost = Math.min(bestCost, plan.latency.total + tieWeights * plan.memory.weights + tieError * plan.error);
  };

  let ownWork = 0;
  const count = (steps: number) => {
    ownWork += steps;
  };
  const variants: Variant[] = [];
  const workDone = () => variants.reduce((sum, { relaxer }) => sum + relaxer.work(), ownWork);
  for (const silent of silences) {
    const model = buildModel(problem, { silent, tieWeights, tieError });
    variants.push(createVariant(model, mostExpensive(model)));
  }

  /** What a plan may still be better by without being looked for. */
  const allowedGap = () => (best ? Math.max(epsilon, bestCost * Math.max(gap, patience(workDone() / workLimit))) : epsilon);
  /** What is proven of single cuts, so that none is solved twice. */
  const provenCuts = variants.map(() => new Map<string, number>());
  const settleCut = (variant: Variant, edge: Uint8Array, isThorough: boolean): number => {
    const proven = provenCuts[variants.indexOf(variant)];
    const key = String.fromCharCode(...packBits(edge));
    const cutoff = bestCost - allowedGap();
    const known = proven.get(key);
    if (known !== undefined && (known >= cutoff || !isThorough)) return known;
    const { model, penalty } = variant;
    if (!crossesAsPinned(model, edge)) {
      proven.set(key, Number.POSITIVE_INFINITY);
      return Number.POSITIVE_INFINITY;
    }
    const width = isThorough ? Math.max(64, Math.min(16384, Math.floor(4e6 / model.layerCount))) : 64;
    const work = isThorough ? Math.max(0, workLimit - workDone()) : workLimit / 200;
    const effort = { width, nodes: isThorough ? 4000 : 30, work, margin: allowedGap };
    const { plan, bound } = planCut(model, edge, bestCost, penalty, effort, count);
    if (plan) offer(model, edge, plan.option, plan.wire);
    proven.set(key, bound);
    return bound;
  };

  /** The least bound of what is not looked into any further. */
  let leftOpen = Number.POSITIVE_INFINITY;
  const isSettled = (bound: number) => {
    if (bound < bestCost - allowedGap()) return false;
    leftOpen = Math.min(leftOpen, bound);
    return true;
  };
  const queue = new Queue<Node>((a, b) => a.bound - b.bound);
  variants.forEach((variant, v) => {
    const { model } = variant;
    const placement = forbidWhatCannotFit(model, model.placement.slice());
    if (!placement) return;
    // The bounds below count the graph inputs as resident on the edge, which is wrong for this cut alone.
    if (!placement.includes(1)) leftOpen = Math.min(leftOpen, settleCut(variant, new Uint8Array(model.layerCount), true));
    queue.push({ variant, placement, bound: unlimited[v] });
  });

  for (let node = queue.pop(); node; node = queue.pop()) {
    if (workDone() > workLimit) {
      leftOpen = Math.min(leftOpen, node.bound);
      break;
    }
    if (isSettled(node.bound)) continue;
    const { variant, placement } = node;
    const { bound, mix } = boundNode(variant, placement, bestCost - allowedGap(), unit);
    node.bound = Math.max(node.bound, bound);
    if (mix.length === 0 || isSettled(node.bound)) continue;
    for (const { column } of mix) settleCut(variant, column.edge, false);
    if (isSettled(node.bound)) continue;

    const split = mostUndecided(mix, placement);
    if (split >= 0) {
      for (const side of [1, -1]) pushChild(variant, placement, [[split, side]], node.bound);
      continue;
    }
    const { edge } = mix[0].column;
    leftOpen = Math.min(leftOpen, Math.max(node.bound, settleCut(variant, edge, true)));
    const decisions: [number, number][] = [];
    const movable = readersToMove(variant.model, edge, placement);
    const choices = movable?.map((l): [number, number] => [l, -1]) ?? alternatives(variant.model, edge, placement);
    for (const decision of choices) {
      pushChild(variant, placement, [...decisions, decision], node.bound);
      decisions.push([decision[0], -decision[1]]);
    }
  }
  for (const node of queue.rest()) leftOpen = Math.min(leftOpen, node.bound);

  function pushChild(variant: Variant, placement: Int8Array, decisions: [layer: number, side: number][], bound: number) {
    const child = placement.slice();
    for (const [layer, side] of decisions) if (!decide(variant.model, child, layer, side)) return;
    queue.push({ variant, placement: child, bound });
  }

  const provenCost = Math.min(leftOpen, bestCost);
  const lowerBound = Math.max(0, provenCost - (TIE_WEIGHTS + TIE_ERROR) * unit);
  return { best, lowerBound: provenCost === Number.POSITIVE_INFINITY ? provenCost : lowerBound, hasCut: true };
}

/** What the fastest plan takes without memory and error limits; infinite where no cut is allowed. */
function unlimitedBound(problem: PlanningProblem, silent: boolean): number {
  const model = buildModel({ ...problem, limits: {} }, { silent, tieWeights: 0, tieError: 0 });
  return createRelaxer(model).relax(model.placement, { error: 0, weights: 0, rows: [] }).value;
}

/** The layer that the mix is least agreed on, -1 where all agree. */
function mostUndecided(mix: { column: Column; share: number }[], placement: Int8Array): number {
  if (mix.length < 2) return -1;
  let layer = -1;
  let most = 1e-6;
  for (let l = 0; l < placement.length; l++) {
    if (placement[l] !== 0) continue;
    const onEdge = mix.reduce((sum, { column, share }) => sum + (column.edge[l] ? share : 0), 0);
    const all = mix.reduce((sum, { share }) => sum + share, 0);
    const doubt = Math.min(onEdge, all - onEdge);
    if (doubt > most) {
      most = doubt;
      layer = l;
    }
  }
  return layer;
}

/** Decisions such that every other cut of the node differs in one of them: a last edge layer out, or a first cloud layer in. */
function alternatives(model: Model, edge: Uint8Array, placement: Int8Array): [layer: number, side: number][] {
  const decisions: [number, number][] = [];
  for (let l = 0; l < model.layerCount; l++) {
    if (placement[l] !== 0) continue;
    if (edge[l] && model.after[l].every((r) => !edge[r])) decisions.push([l, -1]);
    if (!edge[l] && model.before[l].every((p) => edge[p])) decisions.push([l, 1]);
  }
  return decisions;
}

/** Puts a layer on a side together with all that must follow it there. False where that contradicts an earlier decision. */
function decide(model: Model, placement: Int8Array, layer: number, side: number): boolean {
  const stack = [layer];
  for (let l = stack.pop(); l !== undefined; l = stack.pop()) {
    if (placement[l] === side) continue;
    if (placement[l] !== 0) return false;
    placement[l] = side;
    stack.push(...(side > 0 ? model.before[l] : model.after[l]));
  }
  return true;
}

/**
 * A tensor that must cross, but does not with this cut because all its readers are on the edge, and the readers that may go to the cloud.
 * Undefined where every such tensor crosses.
 */
function readersToMove(model: Model, edge: Uint8Array, placement: Int8Array): number[] | undefined {
  if (crossesAsPinned(model, edge)) return undefined;
  const crossing = crossingTensors(model, edge);
  const tensor = model.mustCross.findIndex((must, t) => must === 1 && !crossing[t]);
  return model.readers[tensor].filter((l) => placement[l] === 0);
}

/** Layers that cannot be on the edge with all their predecessors go to the cloud. Undefined where the pins leave no cut. */
function forbidWhatCannotFit(model: Model, pins: Int8Array): Int8Array | undefined {
  const placement = new Int8Array(model.layerCount);
  for (let l = 0; l < pins.length; l++) if (pins[l] !== 0 && !decide(model, placement, l, pins[l])) return undefined;
  for (let t = 0; t < model.tensorCount; t++) {
    if (!model.mustCross[t]) continue;
    if (model.origin[t] >= 0 && !decide(model, placement, model.origin[t], 1)) return undefined;
    if (model.always[t]) continue;
    if (model.readers[t].length === 0 || (model.readers[t].length === 1 && !decide(model, placement, model.readers[t][0], -1)))
      return undefined;
  }
  if (!Number.isFinite(model.limits.memory) || model.layerCount > 3000) return placement;
  const leastWeights = Float64Array.from(placement, (_, l) => {
    let least = Number.POSITIVE_INFINITY;
    for (let o = model.optionStart[l]; o < model.optionStart[l + 1]; o++) least = Math.min(least, model.optionWeights[o]);
    return least;
  });
  for (let l = 0; l < model.layerCount; l++) {
    if (placement[l] !== 0) continue;
    const alone = placement.map((p) => Math.max(0, p));
    if (!decide(model, alone, l, 1)) continue;
    const weights = alone.reduce((sum, p, i) => (p > 0 ? sum + leastWeights[i] : sum), 0);
    if (weights + leastPeak(model, alone) > model.limits.memory * (1 + 1e-12) && !decide(model, placement, l, -1)) return undefined;
  }
  return placement;
}

function crossesAsPinned(model: Model, edge: Uint8Array): boolean {
  if (!model.mustCross.includes(1)) return true;
  const crossing = crossingTensors(model, edge);
  return model.mustCross.every((must, t) => !must || crossing[t] === 1);
}

function mostExpensive(model: Model): number {
  let total = model.constantSeconds + sumOfMost(model.optionStart, model.optionSeconds) + sumOfMost(model.wireStart, model.wireSeconds);
  for (let l = 0; l < model.layerCount; l++) if (model.cloudSeconds[l] < Number.POSITIVE_INFINITY) total += model.cloudSeconds[l];
  return 1.01 * total + 1e-9;
}

function smallestCost(model: Model): number {
  let least = model.constantSeconds || Number.POSITIVE_INFINITY;
  for (const costs of [model.optionSeconds, model.cloudSeconds, model.wireSeconds])
    for (const cost of costs) if (cost > 0 && cost < least) least = cost;
  return least < Number.POSITIVE_INFINITY ? least : 1;
}

/** The sum over all groups of the largest value of each. */
function sumOfMost(start: Int32Array, values: Float64Array): number {
  let total = 0;
  for (let i = 0; i + 1 < start.length; i++) {
    let most = 0;
    for (let k = start[i]; k < start[i + 1]; k++) most = Math.max(most, values[k]);
    total += most;
  }
  return total;
}

function perUnit(share: number, total: number): number {
  return total > 0 ? share / total : 0;
}

function packBits(edge: Uint8Array): Uint16Array {
  const packed = new Uint16Array(Math.ceil(edge.length / 16));
  for (let l = 0; l < edge.length; l++) if (edge[l]) packed[l >> 4] |= 1 << (l & 15);
  return packed;
}
