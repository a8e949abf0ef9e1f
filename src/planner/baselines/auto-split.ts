import { evaluate, tensorBytes } from '../evaluate.js';
import type { Plan, PlanAssignment, PlanningLayer, PlanningProblem, PlanningTensor } from '../problem.js';
import { allowsEdge, cheapest, crossingTensors } from './crossing.js';
import { allocate, type Choice } from './lagrange.js';
import { FLOAT, nextAbove, uniformWidths, wireAt } from './uniform.js';

/** Layers times prefixes that bits are assigned for; of more potential splits, those that send the least are taken. */
const EFFORT = 2e5;
const SLACK = 1 + 1e-12;

/**
 * The paper's own search (Auto-Split, Algorithm 1): potential splits of the chain by eq. 6, for each of them bits of weights and of
 * activations by Lagrange multipliers on a grid of budgets, and of all that meet the limits the fastest. It finds its candidates by
 * the paper's memory rule (largest tensor) and is priced by the problem's, so that its plan may not fit.
 *
 * The strongest reading is taken where it leaves a choice: every tensor that crosses is paid, in its shortest encoding; a tensor whose
 * wire bits are free of its bits on the edge is quantized for the link like any activation; and what the published code does beside
 * the paper is tried too: activation budgets of average bits, activations raised under the peak, weights in all memory that is left.
 *
 * @returns undefined where no candidate meets the limits and cloud-only is not allowed
 */
export function autoSplit(problem: PlanningProblem): Plan | undefined {
  const paper: PlanningProblem = { ...problem, activationMemory: 'largest' };
  const { memoryBytes = Number.POSITIVE_INFINITY, error: errorLimit = Number.POSITIVE_INFINITY } = problem.limits;
  const cloudOnly = cloudOnlyAssignment(problem);
  let best = cloudOnly;
  let fastest = Number.POSITIVE_INFINITY;
  const offer = (assignment: PlanAssignment) => {
    const { error, memory, latency } = evaluate(paper, assignment);
    if (error > errorLimit * SLACK || memory.total > memoryBytes * SLACK || latency.total >= fastest) return;
    best = assignment;
    fastest = latency.total;
  };
  if (cloudOnly) offer(cloudOnly);
  for (const length of potentialSplits(problem, memoryBytes)) for (const assignment of candidates(problem, length)) offer(assignment);
  return best && { ...evaluate(problem, best), assignment: best };
}

const prefix = ({ layers }: PlanningProblem, length: number) => layers.map((_, i) => i < length);

function cloudOnlyAssignment(problem: PlanningProblem): PlanAssignment | undefined {
  const edge = prefix(problem, 0);
  if (!allowsEdge(problem, edge)) return undefined;
  const wire = problem.tensors.map(() => -1);
  for (const t of crossingTensors(problem, edge)) {
    wire[t] = wireAt(problem.tensors[t], problem.tensors[t].inputBits ?? 32, Number.POSITIVE_INFINITY);
    if (wire[t] < 0) return undefined;
  }
  return { edge, option: edge.map(() => -1), wire };
}

/** Lengths of the prefixes that send no more than the raw input at the least bits, and whose least bits fit (Auto-Split eq. 6). */
export function potentialSplits(problem: PlanningProblem, memoryBytes: number): number[] {
  const { layers, tensors } = problem;
  const inputs = tensors.filter(({ producer }) => producer < 0);
  const rawInput = sum(inputs.map(({ wire }) => Math.max(0, ...wire.map(({ bytes }) => bytes))));
  const sent = leastSent(problem);
  const lastPinned = layers.findLastIndex(({ placement }) => placement === 'edge');
  const splits: number[] = [];
  let weights = 0;
  let activations = 0;
  for (let length = 1; length <= layers.length; length++) {
    const { options, outputs, placement } = layers[length - 1];
    if (placement === 'cloud' || options.length === 0) break;
    weights += Math.min(...options.map(({ weightBytes }) => weightBytes));
    const bits = Math.min(...options.map(({ activationBits }) => activationBits));
    for (const t of outputs) activations = Math.max(activations, tensorBytes(tensors[t].elements, bits));
    if (weights + activations > memoryBytes * SLACK) break;
    if (length > lastPinned && sent[length] <= rawInput * SLACK) splits.push(length);
  }
  const most = Math.max(1, Math.floor(EFFORT / layers.length));
  return splits.sort((a, b) => sent[a] - sent[b] || a - b).slice(0, most);
}

/** Bytes that cross after each length of prefix with everything at its least; infinite where a tensor cannot cross. */
function leastSent({ layers, tensors, deliver }: PlanningProblem): number[] {
  const lastReader = tensors.map(() => -1);
  layers.forEach(({ inputs }, i) => {
    for (const t of inputs) lastReader[t] = i;
  });
  const bytes = new Float64Array(layers.length + 2);
  const blocked = new Int32Array(layers.length + 2);
  tensors.forEach(({ producer, availableFrom, isOutput, wire }, t) => {
    const from = (availableFrom ?? producer) + 1;
    const to = deliver === 'cloud' && isOutput ? layers.length : lastReader[t];
    if (from > to) return;
    const change = wire.length > 0 ? bytes : blocked;
    const amount = wire.length > 0 ? Math.min(...wire.map((option) => option.bytes)) : 1;
    change[from] += amount;
    change[to + 1] -= amount;
  });
  let total = 0;
  let barriers = 0;
  return Array.from({ length: layers.length + 1 }, (_, length) => {
    total += bytes[length];
    barriers += blocked[length];
    return barriers > 0 ? Number.POSITIVE_INFINITY : total;
  });
}

/** Every pair of weight bits and activation bits that the budgets of a split give. */
function* candidates(problem: PlanningProblem, length: number): Generator<PlanAssignment> {
  const { layers, tensors } = problem;
  const edge = prefix(problem, length);
  const inside = layers.slice(0, length);
  const crossing = crossingTensors(problem, edge);
  const weightChoices = inside.map(choicesOfWeights);
  // The first `length` tensors of the activation half are the layers' own, the others are what travels.
  const activationChoices = [
    ...inside.map((layer) => choicesOfActivations(layer, tensors)),
    ...crossing.map((t) => choicesOfWire(tensors[t])),
  ];
  const activationHalves = activationBits(activationChoices);
  const onGrid = weightBits(weightChoices, uniformWidths(problem));
  const { memoryBytes } = problem.limits;
  const sent = new Set(crossing.map((t) => tensors[t].producer));
  const raised = activationHalves.map((chosen) => raise(activationChoices, chosen, (k) => k < length && !sent.has(k)));
  for (const activations of distinct([...activationHalves, ...raised])) {
    const peak = Math.max(...sizesOf(activationChoices, activations));
    const inRest = memoryBytes === undefined ? undefined : allocateWithin(weightChoices, memoryBytes - peak);
    for (const weights of distinct([...onGrid, inRest])) {
      const option = layers.map(() => -1);
      const wire = tensors.map(() => -1);
      for (let i = 0; i < length; i++) {
        option[i] = optionOf(layers[i], weightChoices[i][weights[i]].bits, activationChoices[i][activations[i]].bits);
      }
      if (option.some((o, i) => edge[i] && o < 0)) continue;
      crossing.forEach((t, k) => {
        const { producer, inputBits } = tensors[t];
        const resident = producer < 0 ? (inputBits ?? 32) : layers[producer].options[option[producer]].activationBits;
        wire[t] = wireAt(tensors[t], resident, activationChoices[length + k][activations[length + k]]?.bits ?? resident);
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
function weightBits(layers: Choice[][], widths: readonly number[]): number[][] {
  const budgets = widths.map((bits) => sum(layers.map((choices) => sizeAt(choices, bits))));
  return distinct([allocate(layers, () => true), ...budgets.map((budget) => allocateWithin(layers, budget))]);
}

/** Least error within a sum of sizes. */
function allocateWithin(tensors: Choice[][], budget: number): number[] | undefined {
  return allocate(tensors, (chosen) => sum(sizesOf(tensors, chosen)) <= budget * SLACK);
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
  const widths = [...new Set(tensors.flatMap((choices) => choices.map(({ bits }) => bits)))].filter((bits) => bits < FLOAT);
  const least = tensors.map((choices) => Math.min(...choices.map(({ size }) => size)));
  const byPeak = widths.map((bits) => {
    const peak = Math.max(...tensors.map((choices) => sizeAt(choices, bits)));
    return allocate(tensors, (chosen) => sizesOf(tensors, chosen).every((size, i) => size <= Math.max(peak, least[i]) * SLACK));
  });
  const byAverage = widths.map((bits) => allocateWithin(tensors, sum(tensors.map((choices) => sizeAt(choices, bits)))));
  return distinct([allocate(tensors, () => true), ...byPeak, ...byAverage]);
}

function distinct(list: (number[] | undefined)[]): number[][] {
  return [...new Map(list.flatMap((chosen) => (chosen ? [[chosen.join(), chosen] as const] : []))).values()];
}

/** D_w and D_a of a layer come as a sum: at equal other bits, they differ as the sum does. */
function choicesOf<T extends { error: number }>(list: readonly T[], bitsOf: (item: T) => number, sizeOf: (item: T) => number): Choice[] {
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
  const same = options.map((_, o) => o).filter((o) => options[o].weightBits === weights && options[o].activationBits === activations);
  return cheapest(same, (o) => options[o].seconds) ?? -1;
}
