import { buildModel } from '../core/build-model.js';
import { linearLimits } from '../core/limits.js';
import { ERROR, type LinearLimit, type Measure, objectiveMeasure, sumOf, WEIGHTS } from '../core/measure.js';
import type { PlanningProblem } from '../core/problem.js';
import { mostExpensive, mostOf, smallestCost } from '../core/scale.js';
import { createVariant } from '../relaxation/node-bound.js';
import { createRelaxer, relax } from '../relaxation/relax.js';
import { forbidWhatCannotFit } from './placement.js';
import { runSearch } from './run.js';
import {
  type Levels,
  type Node,
  type SearchResult,
  type Setting,
  type SolveOptions,
  type State,
  TIE_ERROR,
  TIE_WEIGHTS,
} from './state.js';

export type { SearchResult, SolveOptions } from './state.js';

export interface SearchOptions extends SolveOptions {
  /** @default what the problem's objective measures */
  objective?: Measure;
  /** What is limited beside memory. @default the limits of the problem but that of its objective */
  limits?: readonly LinearLimit[];
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

/** The plan of least objective within the limits, by branch and bound over cuts, best bound first. */
export function search(problem: PlanningProblem, options: SearchOptions = {}): SearchResult {
  const limits = options.limits ?? limitsBeside(problem);
  const linear = limits.map(({ limit }) => limit);
  return createSearcher(problem, { ...options, limits }).run({ memoryBytes: problem.limits.memoryBytes, linear });
}

/** The linear limits except the one on the objective, which is checked against the optimum instead. */
export function limitsBeside(problem: PlanningProblem): LinearLimit[] {
  return linearLimits(problem).filter(({ name }) => name !== (problem.objective ?? 'latency'));
}

/** A searcher over the options that matter while limits are at most those given. */
export function createSearcher(problem: PlanningProblem, options: SearchOptions = {}): Searcher {
  const { objective = objectiveMeasure(problem), limits = limitsBeside(problem) } = options;
  const silences = silencesOf(problem);
  const unlimited = silences.map((silent) => unlimitedBound(problem, silent, objective));
  const fastest = Math.min(...unlimited);
  // No plan within the limits that costs anything at all costs less than this.
  const unit = fastest || smallestCost(buildModel(problem, { silent: false, objective, limits }));
  const ties = sumOf(
    [WEIGHTS, perUnit(TIE_WEIGHTS * unit, mostOf(problem, WEIGHTS))],
    [ERROR, perUnit(TIE_ERROR * unit, mostOf(problem, ERROR))],
  );
  const hasCut = fastest < Number.POSITIVE_INFINITY;
  const models = hasCut ? silences.map((silent) => buildModel(problem, { silent, objective, ties, limits })) : [];
  const variants = models.map((model) => createVariant(model, mostExpensive(model)));
  const nodes = models.flatMap((model, variant) => {
    const placement = forbidWhatCannotFit(model, model.placement.slice());
    return placement ? rootNodes(variant, placement, unlimited[variant]) : [];
  });
  const state: State = { nodes, proven: silences.map(() => new Map()), plans: [], run: 0 };
  const withTies = sumOf([objective, 1], [ties, 1]);
  return searcherOf({ problem, objective, withTies, limits, options, unit, variants }, state);
}

/** Plans in which nothing travels are searched apart where a message costs something by itself. */
function silencesOf({ link, pinned }: PlanningProblem): boolean[] {
  const mustTravel = pinned !== undefined && 'crossing' in pinned && pinned.crossing.length > 0;
  return (link.fixedSeconds > 0 || (link.fixedJoules ?? 0) > 0) && !mustTravel ? [true, false] : [false];
}

/** The least that any plan costs when nothing is limited; infinite where there is no cut. */
function unlimitedBound(problem: PlanningProblem, silent: boolean, objective: Measure): number {
  const model = buildModel({ ...problem, limits: {} }, { silent, objective, limits: [] });
  return relax(createRelaxer(model), model.placement, { resources: [], weights: 0, rows: [] }).value;
}

/**
 * All cuts that the placement allows. The bounds of nodes count the graph inputs as resident on the edge, which is
 * wrong where no layer is there: that cut is a node by itself.
 */
function rootNodes(variant: number, placement: Int8Array, bound: number): Node[] {
  const all = { variant, placement, bound };
  return placement.includes(1) ? [all] : [all, { ...all, edge: new Uint8Array(placement.length) }];
}

function searcherOf(setting: Setting, state: State): Searcher {
  return {
    run: (levels, options) => runSearch({ ...setting, options: { ...setting.options, ...options } }, state, levels),
    fork: () =>
      searcherOf(setting, {
        ...state,
        nodes: [...state.nodes],
        proven: state.proven.map((map) => new Map(map)),
        plans: [...state.plans],
      }),
  };
}

function perUnit(share: number, total: number): number {
  return total > 0 ? share / total : 0;
}
