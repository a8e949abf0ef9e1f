import { cheapest } from '../core/crossing.js';
import { latency, ofWire } from '../core/measure.js';
import type { Plan, PlanningProblem } from '../core/problem.js';
import { type SolveOptions, search } from '../search/search.js';

/** One option per layer and one wire option per tensor; -1 where there is none. */
export interface Choice {
  option: number[];
  wire: number[];
}

/**
 * Every layer and tensor at its widest bits, as the methods before Auto-Split have them: in float where there is float.
 */
export function widestChoice(problem: PlanningProblem): Choice {
  const { layers, tensors } = problem;
  const time = latency(problem);
  const option = layers.map(({ options }) => {
    const indices = options.map((_, o) => o);
    const weightBits = Math.max(...options.map((o) => o.weightBits));
    const widest = indices.filter((o) => options[o].weightBits === weightBits);
    const activationBits = Math.max(...widest.map((o) => options[o].activationBits));
    const same = widest.filter((o) => options[o].activationBits === activationBits);
    return cheapest(same, (o) => options[o].seconds) ?? -1;
  });
  const wire = tensors.map(({ producer, inputBits, wire: options }) => {
    const bits = producer < 0 ? (inputBits ?? 32) : layers[producer].options[option[producer]]?.activationBits;
    const allowed = options.map((_, w) => w).filter((w) => (options[w].activationBits ?? bits) === bits);
    const most = Math.max(...allowed.map((w) => options[w].bits));
    const same = allowed.filter((w) => options[w].bits === most);
    return cheapest(same, (w) => ofWire(time, options[w])) ?? -1;
  });
  return { option, wire };
}

/** The same problem with nothing but a cut to choose: no limit, no pinned cut. */
export function withChoice(problem: PlanningProblem, { option, wire }: Choice): PlanningProblem {
  const layers = problem.layers.map((layer, i) => ({
    ...layer,
    options: option[i] < 0 ? [] : [layer.options[option[i]]],
  }));
  const tensors = problem.tensors.map((tensor, t) => ({ ...tensor, wire: wire[t] < 0 ? [] : [tensor.wire[wire[t]]] }));
  return { ...problem, layers, tensors, objective: 'latency', limits: {}, pinned: undefined };
}

/**
 * The fastest cut with every layer and tensor at its widest bits and no limit looked at.
 *
 * @param cuts `prefixes` for one cut of the chain, `closed` for a minimum cut of the DAG
 * @returns undefined where the pins leave no such cut
 */
export function widestCut(
  problem: PlanningProblem,
  cuts: PlanningProblem['cuts'],
  options: SolveOptions = {},
): Plan | undefined {
  const choice = widestChoice(problem);
  const { best } = search({ ...withChoice(problem, choice), cuts }, options);
  if (!best) return undefined;
  const { assignment } = best;
  const restored = {
    edge: assignment.edge,
    option: assignment.option.map((o, i) => (o < 0 ? -1 : choice.option[i])),
    wire: assignment.wire.map((w, t) => (w < 0 ? -1 : choice.wire[t])),
  };
  return { ...best, assignment: restored };
}
