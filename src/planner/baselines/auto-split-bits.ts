import { cheapest, crossingTensors, prefix } from '../core/crossing.js';
import { latency } from '../core/measure.js';
import type { PlanAssignment, PlanningLayer, PlanningProblem, PlanningTensor } from '../core/problem.js';
import { allocate, type Choice, type Hulls, hullsOf } from './lagrange.js';
import { FLOAT, nextAbove, uniformWidths, wireAt } from './uniform.js';

const SLACK = 1 + 1e-12;

/** What the edge layers of a candidate take; what travels is not in it. */
export interface Part {
  seconds: number;
  error: number;
  weights: number;
}

/** What a layer can choose from. */
export interface LayerChoices {
  weights: Choice[];
  activations: Choice[];
  /** Option by choice of weights and choice of activations; -1 where there is none. */
  option: number[][];
}

export function layerChoices({ layers, tensors }: PlanningProblem): LayerChoices[] {
  return layers.map((layer) => {
    const [weights, activations] = [choicesOfWeights(layer), choicesOfActivations(layer, tensors)];
    return {
      weights,
      activations,
      option: weights.map((w) => activations.map((a) => optionOf(layer, w.bits, a.bits))),
    };
  });
}

/** Every pair of weight bits and activation bits that the budgets of a split give, but for those that are hopeless. */
export function* candidates(
  problem: PlanningProblem,
  choices: readonly LayerChoices[],
  length: number,
  isHopeless: (part: Part) => boolean,
): Generator<PlanAssignment> {
  const { layers, tensors } = problem;
  const edge = prefix(problem, length);
  const time = latency(problem);
  const inside = choices.slice(0, length);
  const crossing = crossingTensors(problem, edge);
  const weightChoices = inside.map(({ weights }) => weights);
  // The first `length` tensors of the activation half are the layers' own, the others are what travels.
  const activationChoices = [
    ...inside.map(({ activations }) => activations),
    ...crossing.map((t) => choicesOfWire(tensors[t])),
  ];
  const activationHalves = activationBits(activationChoices);
  const weightHulls = hullsOf(weightChoices);
  const onGrid = weightBits(weightChoices, weightHulls, uniformWidths(problem));
  const { memoryBytes } = problem.limits;
  const sent = new Set(crossing.map((t) => tensors[t].producer));
  const raised = activationHalves.map((chosen) => raise(activationChoices, chosen, (k) => k < length && !sent.has(k)));
  for (const activations of distinct([...activationHalves, ...raised])) {
    const peak = Math.max(...sizesOf(activationChoices, activations));
    const inRest =
      memoryBytes === undefined ? undefined : allocateWithin(weightChoices, weightHulls, memoryBytes - peak);
    for (const weights of distinct([...onGrid, inRest])) {
      const chosen = inside.map(({ option }, i) => option[weights[i]][activations[i]]);
      if (chosen.includes(-1)) continue;
      const part = { seconds: 0, error: 0, weights: 0 };
      for (let i = 0; i < length; i++) {
        const { seconds, error, weightBytes } = layers[i].options[chosen[i]];
        part.seconds += seconds;
        part.error += error;
        part.weights += weightBytes;
      }
      if (isHopeless(part)) continue;
      const option = layers.map((_, i) => chosen[i] ?? -1);
      const wire = tensors.map(() => -1);
      crossing.forEach((t, k) => {
        const { producer, inputBits } = tensors[t];
        const resident = producer < 0 ? (inputBits ?? 32) : layers[producer].options[option[producer]].activationBits;
        wire[t] = wireAt(
          time,
          tensors[t],
          resident,
          activationChoices[length + k][activations[length + k]]?.bits ?? resident,
        );
      });
      if (crossing.every((t) => wire[t] >= 0)) yield { edge, option, wire };
    }
  }
}

const sizesOf = (tensors: Choice[][], chosen: readonly number[]) => chosen.map((c, i) => tensors[i][c]?.size ?? 0);
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** The size of a tensor at `bits`, or at the next above that it has. */
function sizeAt(choices: readonly Choice[], bits: number): number {
  const wanted = nextAbove(
    choices.map((choice) => choice.bits),
    bits,
  );
  return choices.find((choice) => choice.bits === wanted)?.size ?? 0;
}

/** The weight half: least error within `sum s_w * b` for each bit-width b. */
function weightBits(layers: Choice[][], hulls: Hulls, widths: readonly number[]): number[][] {
  const budgets = widths.map((bits) => sum(layers.map((choices) => sizeAt(choices, bits))));
  return distinct([allocate(hulls, () => true), ...budgets.map((budget) => allocateWithin(layers, hulls, budget))]);
}

/** Least error within a sum of sizes. */
function allocateWithin(tensors: Choice[][], hulls: Hulls, budget: number): number[] | undefined {
  const limit = budget * SLACK;
  return allocate(hulls, (chosen) => {
    let total = 0;
    for (let i = 0; i < chosen.length; i++) total += tensors[i][chosen[i]]?.size ?? 0;
    return total <= limit;
  });
}

/** The bits of all that `isInner` as high as the largest tensor so far lets them be. */
function raise(tensors: Choice[][], chosen: number[], isInner: (tensor: number) => boolean): number[] {
  const peak = Math.max(...sizesOf(tensors, chosen));
  return chosen.map((c, k) =>
    isInner(k)
      ? Math.max(
          c,
          tensors[k].findLastIndex(({ size }) => size <= peak),
        )
      : c,
  );
}

/** The activation half: least error within the peak, or else the average, that each bit-width gives. */
function activationBits(tensors: Choice[][]): number[][] {
  const widths = [...new Set(tensors.flatMap((choices) => choices.map(({ bits }) => bits)))].filter(
    (bits) => bits < FLOAT,
  );
  const hulls = hullsOf(tensors);
  const byPeak = widths.map((bits) => {
    const peak = Math.max(...tensors.map((choices) => sizeAt(choices, bits)));
    return tensors.map((choices) => leastError(choices, peak));
  });
  const byAverage = widths.map((bits) =>
    allocateWithin(tensors, hulls, sum(tensors.map((choices) => sizeAt(choices, bits)))),
  );
  return distinct([allocate(hulls, () => true), ...byPeak, ...byAverage]);
}

/** Of the choices that are no larger than the peak, that of least error; the smallest where none is. */
function leastError(choices: readonly Choice[], peak: number): number {
  const least = Math.min(...choices.map(({ size }) => size));
  const allowed = choices.map((_, c) => c).filter((c) => choices[c].size <= Math.max(peak, least) * SLACK);
  return cheapest(allowed, (c) => choices[c].error) ?? 0;
}

function distinct(list: (number[] | undefined)[]): number[][] {
  return [...new Map(list.flatMap((chosen) => (chosen ? [[chosen.join(), chosen] as const] : []))).values()];
}

/** D_w and D_a of a layer come as a sum: at equal other bits, they differ as the sum does. */
function choicesOf<T extends { error: number }>(
  list: readonly T[],
  bitsOf: (item: T) => number,
  sizeOf: (item: T) => number,
): Choice[] {
  const widths = [...new Set(list.map(bitsOf))].sort((a, b) => a - b);
  return widths.map((bits) => {
    const same = list.filter((item) => bitsOf(item) === bits);
    return { bits, size: Math.min(...same.map(sizeOf)), error: Math.min(...same.map(({ error }) => error)) };
  });
}

const choicesOfWeights = ({ options }: PlanningLayer) =>
  choicesOf(
    options,
    (option) => option.weightBits,
    (option) => option.weightBytes,
  );

const choicesOfActivations = ({ options, outputs }: PlanningLayer, tensors: PlanningTensor[]) => {
  const elements = Math.max(0, ...outputs.map((t) => tensors[t].elements));
  return choicesOf(
    options,
    (option) => option.activationBits,
    (option) => (elements * option.activationBits) / 8,
  );
};

/** Empty where the wire bits follow from the bits on the edge. */
const choicesOfWire = ({ wire, elements }: PlanningTensor) =>
  choicesOf(
    wire.filter(({ activationBits: coupled }) => coupled === undefined),
    (option) => option.bits,
    (option) => (elements * option.bits) / 8,
  );

function optionOf({ options }: PlanningLayer, weights: number, activations: number): number {
  const same = options
    .map((_, o) => o)
    .filter((o) => options[o].weightBits === weights && options[o].activationBits === activations);
  return cheapest(same, (o) => options[o].seconds) ?? -1;
}
