import type { Plan, PlanningProblem } from '../problem.js';
import { type SolveOptions, search } from '../search.js';
import { cheapest } from './crossing.js';

/**
 * The fastest cut with every layer and tensor at its widest bits and no limit looked at, as the methods before Auto-Split find it: in
 * float where there is float.
 *
 * @param cuts `prefixes` for one cut of the chain, `closed` for a minimum cut of the DAG
 * @returns undefined where the pins leave no such cut
 */
export function widestCut(problem: PlanningProblem, cuts: PlanningProblem['cuts'], options: SolveOptions = {}): Plan | undefined {
  const option = problem.layers.map((layer) => {
    const indices = layer.options.map((_, o) => o);
    const weightBits = Math.max(...layer.options.map((o) => o.weightBits));
    const widest = indices.filter((o) => layer.options[o].weightBits === weightBits);
    const activationBits = Math.max(...widest.map((o) => layer.options[o].activationBits));
    const same = widest.filter((o) => layer.options[o].activationBits === activationBits);
    return cheapest(same, (o) => layer.options[o].seconds) ?? -1;
  });
  const layers = problem.layers.map((layer, i) => ({ ...layer, options: option[i] < 0 ? [] : [layer.options[option[i]]] }));
  const wire = problem.tensors.map((tensor) => {
    const bits = tensor.producer < 0 ? (tensor.inputBits ?? 32) : layers[tensor.producer].options[0]?.activationBits;
    const allowed = tensor.wire.map((_, w) => w).filter((w) => (tensor.wire[w].activationBits ?? bits) === bits);
    const most = Math.max(...allowed.map((w) => tensor.wire[w].bits));
    const same = allowed.filter((w) => tensor.wire[w].bits === most);
    return cheapest(same, (w) => tensor.wire[w].bytes) ?? -1;
  });
  const tensors = problem.tensors.map((tensor, t) => ({ ...tensor, wire: wire[t] < 0 ? [] : [tensor.wire[wire[t]]] }));
  const { best } = search({ ...problem, layers, tensors, cuts, limits: {}, pinned: undefined }, options);
  if (!best) return undefined;
  const { assignment } = best;
  const restored = {
    edge: assignment.edge,
    option: assignment.option.map((o, i) => (o < 0 ? -1 : option[i])),
    wire: assignment.wire.map((w, t) => (w < 0 ? -1 : wire[t])),
  };
  return { ...best, assignment: restored };
}
