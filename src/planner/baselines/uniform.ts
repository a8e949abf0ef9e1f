import { account } from '../core/accounting.js';
import { allowsEdge, cheapest, crossingTensors } from '../core/crossing.js';
import { latency, type Measure, ofWire } from '../core/measure.js';
import type { EdgeOption, Plan, PlanningLayer, PlanningProblem, PlanningTensor } from '../core/problem.js';

/** Bits from here on are float; 0 weight bits stand for a layer without weights. */
export const FLOAT = 16;
const isQuantized = ({ weightBits }: EdgeOption) => weightBits > 0 && weightBits < FLOAT;

/** The weight bit-widths below float that some layer has, widest first. */
export function uniformWidths({ layers }: PlanningProblem): number[] {
  const widths = layers.flatMap(({ options }) => options.filter(isQuantized).map(({ weightBits }) => weightBits));
  return [...new Set(widths)].sort((a, b) => b - a);
}

/**
 * An edge part whose layers all have weights of `bits` and activations of `bits`, or of the next bits that the layer
 * has above them. Layers that only run in float stay so; what crosses does so at the same bits or the next above.
 *
 * @returns undefined where a quantized layer does not have these weight bits, or something cannot be where `edge` puts
 * it
 */
export function uniformPlan(problem: PlanningProblem, edge: boolean[], bits: number): Plan | undefined {
  const { layers, tensors } = problem;
  if (!allowsEdge(problem, edge)) return undefined;
  const option = layers.map((layer, i) => (edge[i] ? optionAt(layer, bits) : -1));
  if (option.some((o, i) => edge[i] && o < 0)) return undefined;
  const wire: number[] = tensors.map(() => -1);
  const time = latency(problem);
  for (const t of crossingTensors(problem, edge)) {
    const { producer, inputBits } = tensors[t];
    wire[t] = wireAt(
      time,
      tensors[t],
      producer < 0 ? (inputBits ?? 32) : layers[producer].options[option[producer]].activationBits,
      bits,
    );
    if (wire[t] < 0) return undefined;
  }
  const assignment = { edge, option, wire };
  return { ...account(problem, assignment), assignment };
}

/** Everything on the edge at uniform bits. */
export function uniformEdge(problem: PlanningProblem, bits: number): Plan | undefined {
  const edge = problem.layers.map(() => true);
  return uniformWidths(problem).includes(bits) ? uniformPlan(problem, edge, bits) : undefined;
}

/**
 * A cut with its edge part quantized afterwards, at the widest uniform bits that fit into memory; at the narrowest
 * where none do.
 */
export function quantizedCut(problem: PlanningProblem, edge: boolean[]): Plan | undefined {
  const plans = uniformWidths(problem).flatMap((bits) => uniformPlan(problem, edge, bits) ?? []);
  const memory = problem.limits.memoryBytes ?? Number.POSITIVE_INFINITY;
  return plans.find((plan) => plan.memory.total <= memory) ?? plans.at(-1);
}

function optionAt({ options }: PlanningLayer, bits: number): number {
  const indices = options.map((_, o) => o);
  const quantized = options.some(isQuantized);
  const matching = quantized ? indices.filter((o) => options[o].weightBits === bits) : indices;
  const wanted = nextAbove(
    matching.map((o) => options[o].activationBits),
    bits,
  );
  const same = matching.filter((o) => options[o].activationBits === wanted);
  return cheapest(same, (o) => options[o].seconds) ?? -1;
}

/**
 * The wire option of a tensor that has `resident` bits on the edge, at `bits` or the next above, in its fastest
 * encoding.
 */
export function wireAt(time: Measure, { wire }: PlanningTensor, resident: number | undefined, bits: number): number {
  const allowed = wire.map((_, w) => w).filter((w) => (wire[w].activationBits ?? resident) === resident);
  const wanted = nextAbove(
    allowed.map((w) => wire[w].bits),
    bits,
  );
  const same = allowed.filter((w) => wire[w].bits === wanted);
  return cheapest(same, (w) => ofWire(time, wire[w])) ?? -1;
}

/** The least value that is not below `bits`, else the largest there is. */
export function nextAbove(values: number[], bits: number): number {
  return Math.min(...values.filter((value) => value >= bits), Math.max(...values));
}
