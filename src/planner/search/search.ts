import { planCut } from '../bits/plan-cut.js';
import { account } from '../core/accounting.js';
import {
  ERROR,
  type LinearLimit,
  linearLimits,
  type Measure,
  objectiveMeasure,
  ofPlan,
  sumOf,
  WEIGHTS,
} from '../core/measure.js';
import { buildModel, type Model, toAssignment } from '../core/model.js';
import { isBetter, isWithin } from '../core/prefer.js';
import type { Plan, PlanningProblem } from '../core/problem.js';
import { Queue } from '../core/queue.js';
import { mostExpensive, mostOf, smallestCost } from '../core/scale.js';
import { boundNode, createVariant, type Variant } from '../relaxation/node-bound.js';
import { createRelaxer } from '../relaxation/relax.js';
import {
  alternatives,
  crossesAsPinned,
  decide,
  forbidWhatCannotFit,
  mostUndecided,
  readersToMove,
} from './placement.js';

export interface SolveOptions {
  /**
   * Stop once the plan is proven to be within this share of the best. @default 0, and 1e-4 once a good part of the work
   * is done
   */
  gap?: number;
  /** Most elementary steps to take, roughly 1e8 a second; the gap that is left then is reported. @default 5e8 */
  work?: number;
}

export interface SearchOptions extends SolveOptions {
  /** @default what the problem's objective measures */
  objective?: Measure;
  /** What is limited beside memory. @default the limits of the problem but that of its objective */
  limits?: readonly LinearLimit[];
}

export interface SearchResult {
  best: Plan | undefined;
  /** In the unit of the objective: no plan within the limits has less. Infinite where there is none. */
  lowerBound: number;
  /** False where no cut is allowed at all, whatever the limits. */
  hasCut: boolean;
}

/** What limits are moved to: bytes of memory, and one number for each limit that the searcher was made with. */
export interface Levels {
  memoryBytes: number | undefined;
  linear: readonly number[];
}

/** A search that can go on under tighter limits from where it is. */
export interface Searcher {
  /**
   * The best plan at these levels, none of which may be above that of the run before; `gap` and `work` as the searcher
   * has them unless given.
   */
  run(levels: Levels, options?: SolveOptions): SearchResult;
  /** The same state once more, to be led another way. */
  fork(): Searcher;
}

/**
 * A part of the cuts: those that a placement allows, or a single one whose bits were settled as well as they could be.
 */
interface Part {
  variant: number;
  placement: Int8Array;
  edge?: Uint8Array;
  bound: number;
}

/** Shares of the typical cost by which weights and error may change it, to decide ties. */
const TIE_WEIGHTS = 1e-10;
const TIE_ERROR = 1e-11;

/** The share of the best that is good enough, by the share of the work limit that is used. */
const patience = (used: number) => (used < 0.05 ? 0 : used < 0.3 ? 1e-7 : 1e-4);

/** The plan of least objective within the limits, by branch and bound over cuts, best bound first. */
export function search(problem: PlanningProblem, options: SearchOptions = {}): SearchResult {
  const limits = options.limits ?? limitsBeside(problem);
  const linear = limits.map(({ limit }) => limit);
  return createSearcher(problem, { ...options, limits }).run({ memoryBytes: problem.limits.memoryBytes, linear });
}

/** The limits that are sums, but that of the objective: whoever makes something small finds out how small it gets. */
export function limitsBeside(problem: PlanningProblem): LinearLimit[] {
  return linearLimits(problem).filter(({ name }) => name !== (problem.objective ?? 'latency'));
}

/** What a searcher knows of the part of the world that limits do not change, and what it has met. */
interface State {
  parts: Part[];
  /** What is proven of single cuts, and in which run, so that none is solved twice. */
  proven: Map<string, { bound: number; run: number }>[];
  /** Plans met, of which none beats another in the objective, memory and everything limited. */
  plans: Plan[];
  run: number;
}

/** A searcher over the options that matter while limits are at most those given. */
export function createSearcher(problem: PlanningProblem, options: SearchOptions = {}): Searcher {
  const { objective = objectiveMeasure(problem), limits = limitsBeside(problem) } = options;
  const isPinnedToCross =
    problem.pinned !== undefined && 'crossing' in problem.pinned && problem.pinned.crossing.length > 0;
  const { link } = problem;
  const silences = (link.fixedSeconds > 0 || (link.fixedJoules ?? 0) > 0) && !isPinnedToCross ? [true, false] : [false];
  const unlimited = silences.map((silent) => {
    const model = buildModel({ ...problem, limits: {} }, { silent, objective, limits: [] });
    return createRelaxer(model).relax(model.placement, { resources: [], weights: 0, rows: [] }).value;
  });
  const fastest = Math.min(...unlimited);
  // No plan within the limits that costs anything at all costs less than this.
  const unit = fastest || smallestCost(buildModel(problem, { silent: false, objective, limits }));
  const ties = sumOf(
    [WEIGHTS, perUnit(TIE_WEIGHTS * unit, mostOf(problem, WEIGHTS))],
    [ERROR, perUnit(TIE_ERROR * unit, mostOf(problem, ERROR))],
  );
  const variants: Variant[] = [];
  const state: State = { parts: [], proven: silences.map(() => new Map()), plans: [], run: 0 };
  if (fastest < Number.POSITIVE_INFINITY) {
    for (const silent of silences) {
      const model = buildModel(problem, { silent, objective, ties, limits });
      variants.push(createVariant(model, mostExpensive(model)));
    }
    variants.forEach(({ model }, variant) => {
      const placement = forbidWhatCannotFit(model, model.placement.slice());
      if (!placement) return;
      const bound = unlimited[variant];
      state.parts.push({ variant, placement, bound });
      // The bounds of nodes count the graph inputs as resident on the edge, which is wrong for this cut alone.
      if (!placement.includes(1))
        state.parts.push({ variant, placement, edge: new Uint8Array(model.layerCount), bound });
    });
  }
  return searcherOf({ problem, objective, ties, limits, options, unit, variants }, state);
}

interface Setting {
  problem: PlanningProblem;
  objective: Measure;
  ties: Measure;
  limits: readonly LinearLimit[];
  options: SolveOptions;
  /** A cost of the size that matters. */
  unit: number;
  variants: Variant[];
}

function searcherOf(setting: Setting, state: State): Searcher {
  return {
    run: (levels, options) => runSearch({ ...setting, options: { ...setting.options, ...options } }, state, levels),
    fork: () =>
      searcherOf(setting, {
        ...state,
        parts: [...state.parts],
        proven: state.proven.map((map) => new Map(map)),
        plans: [...state.plans],
      }),
  };
}

function runSearch(setting: Setting, state: State, levels: Levels): SearchResult {
  const { problem, objective, ties, unit, variants, options } = setting;
  if (variants.length === 0) return { best: undefined, lowerBound: Number.POSITIVE_INFINITY, hasCut: false };
  const { gap = 0, work: workLimit = 5e8 } = options;
  const limits = setting.limits.map((limit, k) => ({ ...limit, limit: levels.linear[k] }));
  for (const { model } of variants) {
    model.memoryLimit = levels.memoryBytes ?? Number.POSITIVE_INFINITY;
    limits.forEach(({ limit }, k) => {
      model.resources[k].limit = limit;
    });
  }
  const run = ++state.run;
  const epsilon = 1e-12 * unit;
  const withTies = sumOf([objective, 1], [ties, 1]);
  const isAllowed = (plan: Plan) => isWithin(problem, plan, levels.memoryBytes, limits);

  let best: Plan | undefined;
  let bestCost = Number.POSITIVE_INFINITY;
  const take = (plan: Plan) => {
    if (!isAllowed(plan) || (best && !isBetter(problem, plan, best, objective))) return;
    best = plan;
    bestCost = Math.min(bestCost, ofPlan(withTies, plan));
  };
  const offer = (model: Model, edge: Uint8Array, option: Int32Array, wire: Int32Array) => {
    const assignment = toAssignment(model, edge, option, wire);
    const plan: Plan = { ...account(problem, assignment), assignment };
    if (!isAllowed(plan)) return;
    keep(plan);
    take(plan);
  };
  const uses = (plan: Plan) => [
    plan.memory.total,
    ofPlan(objective, plan),
    ...limits.map(({ measure }) => ofPlan(measure, plan)),
  ];
  const keep = (plan: Plan) => {
    const own = uses(plan);
    const beats = (a: number[], b: number[]) => a.every((amount, k) => amount <= b[k]);
    const isOutdone = (other: number[], by: Plan) =>
      beats(other, own) && !(beats(own, other) && isBetter(problem, plan, by, objective));
    if (state.plans.some((other) => isOutdone(uses(other), other))) return;
    state.plans = [...state.plans.filter((other) => !beats(own, uses(other))), plan];
  };
  for (const plan of state.plans) take(plan);

  let ownWork = 0;
  const count = (steps: number) => {
    ownWork += steps;
  };
  const workBefore = variants.reduce((sum, { relaxer }) => sum + relaxer.work(), 0);
  const workDone = () => variants.reduce((sum, { relaxer }) => sum + relaxer.work(), ownWork) - workBefore;

  /** What a plan may still be better by without being looked for. */
  const allowedGap = () =>
    best ? Math.max(epsilon, bestCost * Math.max(gap, patience(workDone() / workLimit))) : epsilon;
  const settleCut = (variant: number, edge: Uint8Array, isThorough: boolean): number => {
    const proven = state.proven[variant];
    const key = String.fromCharCode(...packBits(edge));
    const cutoff = bestCost - allowedGap();
    const known = proven.get(key);
    if (known !== undefined && (known.bound >= cutoff || (known.run === run && !isThorough))) return known.bound;
    const { model, penalty } = variants[variant];
    if (!crossesAsPinned(model, edge)) {
      proven.set(key, { bound: Number.POSITIVE_INFINITY, run });
      return Number.POSITIVE_INFINITY;
    }
    const width = isThorough ? Math.max(64, Math.min(16384, Math.floor(4e6 / model.layerCount))) : 64;
    const work = isThorough ? Math.max(0, workLimit - workDone()) : workLimit / 200;
    const effort = { width, nodes: isThorough ? 4000 : 30, work, margin: allowedGap };
    const { plan, bound } = planCut(model, edge, bestCost, penalty, effort, count);
    if (plan) offer(model, edge, plan.option, plan.wire);
    proven.set(key, { bound, run });
    return bound;
  };

  /** What is not looked into any further, at least until limits are tighter. */
  const shelf: Part[] = [];
  const shelve = (part: Part) => {
    if (part.bound < Number.POSITIVE_INFINITY) shelf.push(part);
  };
  const isSettled = (part: Part) => {
    if (part.bound < bestCost - allowedGap()) return false;
    shelve(part);
    return true;
  };
  const queue = new Queue<Part>((a, b) => a.bound - b.bound);
  for (const part of state.parts) queue.push(part);

  for (let part = queue.pop(); part; part = queue.pop()) {
    if (workDone() > workLimit) {
      shelve(part);
      break;
    }
    if (isSettled(part)) continue;
    const { variant, placement } = part;
    if (part.edge) {
      shelve({ ...part, bound: Math.max(part.bound, settleCut(variant, part.edge, true)) });
      continue;
    }
    const { model } = variants[variant];
    const { bound, mix } = boundNode(variants[variant], placement, bestCost - allowedGap(), unit);
    const node = { ...part, bound: Math.max(part.bound, bound) };
    if (mix.length === 0 || isSettled(node)) continue;
    for (const { column } of mix) settleCut(variant, column.edge, false);
    if (isSettled(node)) continue;

    const split = mostUndecided(mix, placement);
    if (split >= 0) {
      for (const side of [1, -1]) pushChild(node, [[split, side]]);
      continue;
    }
    const { edge } = mix[0].column;
    shelve({ ...node, edge, bound: Math.max(node.bound, settleCut(variant, edge, true)) });
    const decisions: [number, number][] = [];
    const movable = readersToMove(model, edge, placement);
    const choices = movable?.map((l): [number, number] => [l, -1]) ?? alternatives(model, edge, placement);
    for (const decision of choices) {
      pushChild(node, [...decisions, decision]);
      decisions.push([decision[0], -decision[1]]);
    }
  }
  for (const part of queue.rest()) shelve(part);
  state.parts = shelf;

  function pushChild({ variant, placement, bound }: Part, decisions: [layer: number, side: number][]) {
    const child = placement.slice();
    for (const [layer, side] of decisions) if (!decide(variants[variant].model, child, layer, side)) return;
    queue.push({ variant, placement: child, bound });
  }

  const provenCost = shelf.reduce((least, part) => Math.min(least, part.bound), bestCost);
  const lowerBound = Math.max(0, provenCost - (TIE_WEIGHTS + TIE_ERROR) * unit);
  return { best, lowerBound: provenCost === Number.POSITIVE_INFINITY ? provenCost : lowerBound, hasCut: true };
}

function perUnit(share: number, total: number): number {
  return total > 0 ? share / total : 0;
}

function packBits(edge: Uint8Array): Uint16Array {
  const packed = new Uint16Array(Math.ceil(edge.length / 16));
  for (let l = 0; l < edge.length; l++) if (edge[l]) packed[l >> 4] |= 1 << (l & 15);
  return packed;
}
