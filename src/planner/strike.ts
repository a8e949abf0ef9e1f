import type { PlanningLayer, PlanningProblem, PlanningTensor } from './problem.js';

/**
 * Indices of the edge options of a layer that some best plan may need, cheapest first: an option goes when another is at least as good
 * in time and in everything that is limited, and no worse in memory and error where the time is equal.
 */
export function usefulOptions({ tensors, limits }: PlanningProblem, layer: PlanningLayer): number[] {
  const { options } = layer;
  const coupledBits = new Set(layer.outputs.flatMap((t) => tensors[t].wire.flatMap((w) => w.activationBits ?? [])));
  const memory = limits.memoryBytes ?? Number.POSITIVE_INFINITY;
  const error = limits.error ?? Number.POSITIVE_INFINITY;
  const order = options.map((_, o) => o).filter((o) => options[o].weightBytes <= memory && options[o].error <= error * (1 + 1e-12));
  order.sort((a, b) => {
    const [x, y] = [options[a], options[b]];
    return (
      x.seconds - y.seconds ||
      x.weightBytes - y.weightBytes ||
      x.activationBits - y.activationBits ||
      x.error - y.error ||
      x.weightBits - y.weightBits ||
      a - b
    );
  });
  return order.filter((o, position) => {
    const x = options[o];
    return !order.slice(0, position).some((better) => {
      const y = options[better];
      // What can be sent at x's bits only must stay possible.
      if (y.activationBits !== x.activationBits && coupledBits.has(x.activationBits)) return false;
      const strictlyFaster = y.seconds < x.seconds;
      const memoryNoWorse = y.weightBytes <= x.weightBytes && y.activationBits <= x.activationBits;
      return (
        (memoryNoWorse || (strictlyFaster && memory === Number.POSITIVE_INFINITY)) &&
        (y.error <= x.error || (strictlyFaster && error === Number.POSITIVE_INFINITY))
      );
    });
  });
}

/** Indices of the wire options of a tensor that some best plan may need, by the same rule over time and error. */
export function usefulWires(tensor: PlanningTensor, secondsPerByte: number): number[] {
  const { wire } = tensor;
  const order = wire.map((_, w) => w);
  order.sort((a, b) => {
    const [x, y] = [wire[a], wire[b]];
    const byName = x.encoding < y.encoding ? -1 : x.encoding > y.encoding ? 1 : 0;
    return (
      (x.bytes - y.bytes) * secondsPerByte ||
      x.error - y.error ||
      x.bytes - y.bytes ||
      (x.activationBits ?? 0) - (y.activationBits ?? 0) ||
      x.bits - y.bits ||
      byName ||
      a - b
    );
  });
  return order.filter((w, position) => {
    const x = wire[w];
    return !order.slice(0, position).some((better) => {
      const y = wire[better];
      return (y.activationBits === undefined || y.activationBits === x.activationBits) && y.error <= x.error;
    });
  });
}
