import { ERROR, type LinearLimit, type Measure, ofOption, ofWire } from './measure.js';
import type { PlanningLayer, PlanningProblem, PlanningTensor } from './problem.js';

/**
 * What an option is judged by beside its cost: everything limited, and the error anyway, for plans that cost the same.
 */
function criteria(limits: readonly LinearLimit[]): { measure: Measure; limit: number }[] {
  return limits.some(({ name }) => name === 'error')
    ? [...limits]
    : [...limits, { measure: ERROR, limit: Number.POSITIVE_INFINITY }];
}

/**
 * Indices of the edge options of a layer that some best plan may need, cheapest first: an option goes when another is
 * at least as good in cost and in everything that is limited, and no worse in memory and error where the cost is equal.
 */
export function usefulOptions(
  { tensors, limits: { memoryBytes: memory = Number.POSITIVE_INFINITY } }: PlanningProblem,
  layer: PlanningLayer,
  objective: Measure,
  limits: readonly LinearLimit[],
): number[] {
  const coupledBits = new Set(layer.outputs.flatMap((t) => tensors[t].wire.flatMap((w) => w.activationBits ?? [])));
  const judged = criteria(limits);
  const options = layer.options.map((option, id) => ({
    id,
    ...option,
    cost: ofOption(objective, option),
    used: judged.map(({ measure }) => ofOption(measure, option)),
  }));
  const order = options.filter(
    ({ weightBytes, used }) =>
      weightBytes <= memory && used.every((amount, k) => amount <= judged[k].limit * (1 + 1e-12)),
  );
  order.sort(
    (x, y) =>
      x.cost - y.cost ||
      x.weightBytes - y.weightBytes ||
      x.activationBits - y.activationBits ||
      x.error - y.error ||
      // What no cost and no error tells apart keeps its bits: a predicted error of 0 may still be one.
      y.weightBits - x.weightBits ||
      x.id - y.id,
  );
  return order
    .filter(
      (x, position) =>
        !order.slice(0, position).some((y) => {
          // What can be sent at x's bits only must stay possible.
          if (y.activationBits !== x.activationBits && coupledBits.has(x.activationBits)) return false;
          const isCheaper = y.cost < x.cost;
          const memoryNoWorse = y.weightBytes <= x.weightBytes && y.activationBits <= x.activationBits;
          return (
            (memoryNoWorse || (isCheaper && memory === Number.POSITIVE_INFINITY)) &&
            y.used.every(
              (amount, k) => amount <= x.used[k] || (isCheaper && judged[k].limit === Number.POSITIVE_INFINITY),
            )
          );
        }),
    )
    .map(({ id }) => id);
}

/**
 * Indices of the wire options of a tensor that some best plan may need, by the same rule over cost and what is limited.
 */
export function usefulWires(tensor: PlanningTensor, objective: Measure, limits: readonly LinearLimit[]): number[] {
  const judged = criteria(limits);
  const order = tensor.wire.map((wire, id) => ({
    id,
    ...wire,
    cost: ofWire(objective, wire),
    used: judged.map(({ measure }) => ofWire(measure, wire)),
  }));
  order.sort((x, y) => {
    const byName = x.encoding < y.encoding ? -1 : x.encoding > y.encoding ? 1 : 0;
    return (
      x.cost - y.cost ||
      x.error - y.error ||
      x.bytes - y.bytes ||
      (x.activationBits ?? 0) - (y.activationBits ?? 0) ||
      x.bits - y.bits ||
      byName ||
      x.id - y.id
    );
  });
  return order
    .filter(
      (x, position) =>
        !order
          .slice(0, position)
          .some(
            (y) =>
              (y.activationBits === undefined || y.activationBits === x.activationBits) &&
              y.used.every((amount, k) => amount <= x.used[k]),
          ),
    )
    .map(({ id }) => id);
}
