import { ERROR, type LinearLimit, type Measure, ofOption, ofWire } from './measure.js';
import type { PlanningLayer, PlanningProblem, PlanningTensor } from './problem.js';

/**
 * What options are compared by beside cost: everything limited, and the error, which decides between equal costs.
 */
function criteria(limits: readonly LinearLimit[]): { measure: Measure; limit: number }[] {
  return limits.some(({ name }) => name === 'error')
    ? [...limits]
    : [...limits, { measure: ERROR, limit: Number.POSITIVE_INFINITY }];
}

/**
 * Indices of the edge options of a layer that some best plan may need, cheapest first. An option is dropped if another
 * dominates it: no worse in cost and in everything limited, and in memory and error if the cost is equal.
 */
export function usefulOptions(
  { tensors, limits: { memoryBytes: memory = Number.POSITIVE_INFINITY } }: PlanningProblem,
  layer: PlanningLayer,
  objective: Measure,
  limits: readonly LinearLimit[],
): number[] {
  const coupledBits = new Set(layer.outputs.flatMap((t) => tensors[t].wire.flatMap((w) => w.activationBits ?? [])));
  const compared = criteria(limits);
  const options = layer.options.map((option, id) => ({
    id,
    ...option,
    cost: ofOption(objective, option),
    used: compared.map(({ measure }) => ofOption(measure, option)),
  }));
  const order = options.filter(
    ({ weightBytes, used }) =>
      weightBytes <= memory && used.every((amount, k) => amount <= compared[k].limit * (1 + 1e-12)),
  );
  order.sort(
    (x, y) =>
      x.cost - y.cost ||
      x.weightBytes - y.weightBytes ||
      x.activationBits - y.activationBits ||
      x.error - y.error ||
      // Of options with equal cost and error, more bits: a predicted error of 0 need not be 0.
      y.weightBits - x.weightBits ||
      x.id - y.id,
  );
  return order
    .filter(
      (x, position) =>
        !order.slice(0, position).some((y) => {
          // A tensor may have wire options at the bits of x alone.
          if (y.activationBits !== x.activationBits && coupledBits.has(x.activationBits)) return false;
          const isCheaper = y.cost < x.cost;
          const memoryNoWorse = y.weightBytes <= x.weightBytes && y.activationBits <= x.activationBits;
          return (
            (memoryNoWorse || (isCheaper && memory === Number.POSITIVE_INFINITY)) &&
            y.used.every(
              (amount, k) => amount <= x.used[k] || (isCheaper && compared[k].limit === Number.POSITIVE_INFINITY),
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
  const compared = criteria(limits);
  const order = tensor.wire.map((wire, id) => ({
    id,
    ...wire,
    cost: ofWire(objective, wire),
    used: compared.map(({ measure }) => ofWire(measure, wire)),
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
