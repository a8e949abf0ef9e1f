import { type Measure, ofCloud, ofOption, ofWire } from './measure.js';
import type { Model } from './model.js';
import type { PlanningProblem } from './problem.js';

/** More than any plan of the model costs. */
export function mostExpensive(model: Model): number {
  let total =
    model.constantCost + sumOfMost(model.optionStart, model.optionCost) + sumOfMost(model.wireStart, model.wireCost);
  for (let l = 0; l < model.layerCount; l++)
    if (model.cloudCost[l] < Number.POSITIVE_INFINITY) total += model.cloudCost[l];
  return 1.01 * total || 1e-9;
}

/** The smallest cost that is not 0. */
export function smallestCost(model: Model): number {
  let least = model.constantCost || Number.POSITIVE_INFINITY;
  for (const costs of [model.optionCost, model.cloudCost, model.wireCost])
    for (const cost of costs) if (cost > 0 && cost < least) least = cost;
  return least < Number.POSITIVE_INFINITY ? least : 1;
}

/** At least what any plan measures. */
export function mostOf({ layers, tensors }: PlanningProblem, measure: Measure): number {
  const largest = (values: number[]) => values.reduce((most, value) => Math.max(most, value), 0);
  let total = measure.travel;
  for (const layer of layers)
    total += largest([...layer.options.map((option) => ofOption(measure, option)), ofCloud(measure, layer)]);
  for (const { wire, downlinkBytes = 0 } of tensors) {
    total += largest(wire.map((option) => ofWire(measure, option))) + measure.downByte * downlinkBytes;
  }
  return total;
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
