import { AutosplitError } from '../../util/error.js';
import type { PlanningProblem } from './problem.js';

/**
 * Refuses a problem that no plan can be trusted on: costs that are negative or not finite, indices out of range, layers
 * out of order.
 *
 * @throws AutosplitError COSTS_INVALID naming the layer or tensor, CUT_INVALID for a pinned tensor that does not exist.
 */
export function checkProblem(problem: PlanningProblem): void {
  const { layers, tensors, link, limits, pinned, rates = {} } = problem;
  const refuse = (what: string): never => {
    throw new AutosplitError('COSTS_INVALID', `the planning problem is not usable: ${what}`);
  };
  const isCost = (value: number | undefined) => value === undefined || (value >= 0 && value < Number.POSITIVE_INFINITY);
  const isLimit = (value: number | undefined) => value === undefined || !Number.isNaN(value);
  const isTensor = (t: number) => Number.isInteger(t) && t >= 0 && t < tensors.length;

  layers.forEach((layer, i) => {
    const { name, options, placement } = layer;
    if (!isCost(layer.cloudSeconds) || !isCost(layer.cloudError))
      refuse(`the cloud cost of layer ${name} is ${layer.cloudSeconds}`);
    for (const { seconds, joules, weightBytes, diskBytes, error, activationBits } of options) {
      if (![seconds, joules, weightBytes, diskBytes, error].every(isCost))
        refuse(`an edge option of layer ${name} has a cost that is not a number >= 0`);
      if (!(activationBits > 0)) refuse(`an edge option of layer ${name} has ${activationBits} activation bits`);
    }
    if (placement === 'edge' && options.length === 0)
      refuse(`layer ${name} is pinned to the edge, which cannot run it`);
    for (const t of layer.inputs) {
      if (!isTensor(t)) refuse(`layer ${name} reads tensor ${t}, which does not exist`);
      if (tensors[t].producer >= i)
        refuse(`layer ${name} comes before the layer that makes its input ${tensors[t].name}`);
    }
    for (const t of layer.outputs) {
      if (!isTensor(t) || tensors[t].producer !== i) refuse(`layer ${name} and tensor ${t} disagree on who makes it`);
    }
  });
  tensors.forEach((tensor, t) => {
    const { name, elements, producer, availableFrom, wire } = tensor;
    if (!isCost(elements) || !isCost(tensor.downlinkBytes)) refuse(`the size of tensor ${name} is not a number >= 0`);
    for (const { bytes, error, encodeSeconds, decodeSeconds } of wire) {
      if (![bytes, error, encodeSeconds, decodeSeconds].every(isCost))
        refuse(`a wire option of tensor ${name} has a cost that is not a number >= 0`);
    }
    if (producer >= 0 && !layers[producer]?.outputs.includes(t))
      refuse(`tensor ${name} is made by layer ${producer}, which does not list it`);
    if (
      availableFrom !== undefined &&
      (problem.cuts !== 'prefixes' || availableFrom <= producer || availableFrom >= layers.length)
    ) {
      refuse(
        `tensor ${name} is available from layer ${availableFrom}, which only prefix cuts allow, above its producer`,
      );
    }
  });
  if (!Object.values(link).every(isCost)) refuse('the link has a cost that is not a number >= 0');
  if (!Object.values(rates).every(isCost)) refuse('a rate is not a number >= 0');
  if (!Object.values(limits).every(isLimit)) refuse('a limit is not a number');
  if (typeof problem.objective === 'object') {
    const weights = Object.values(problem.objective);
    if (!weights.every(isCost) || !weights.some((weight) => weight > 0))
      refuse('the objective needs weights >= 0, one of them above 0');
  }
  if (pinned && 'crossing' in pinned) {
    for (const t of pinned.crossing) {
      if (!isTensor(t))
        throw new AutosplitError('CUT_INVALID', `tensor ${t} is pinned to cross, but it does not exist`);
    }
  }
}
