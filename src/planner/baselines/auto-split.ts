import { account } from '../core/accounting.js';
import { allowsEdge, crossingTensors, prefix } from '../core/crossing.js';
import { tensorBytes } from '../core/live.js';
import { latency } from '../core/measure.js';
import type { EdgeOption, Plan, PlanAssignment, PlanningProblem } from '../core/problem.js';
import { candidates, layerChoices, type Part } from './auto-split-bits.js';
import { wireAt } from './uniform.js';

/** Layers times prefixes that bits are assigned for; of more potential splits, those that send the least are taken. */
const EFFORT = 2e5;
const SLACK = 1 + 1e-12;
/** Tolerance for sums in another order than the accounting has. */
const ROUGH_SLACK = 1 + 1e-9;

/**
 * The paper's own search (Auto-Split, Algorithm 1): potential splits of the chain by eq. 6, for each of them bits of
 * weights and of activations by Lagrange multipliers on a grid of budgets, and of all that meet the limits the fastest.
 * It finds its candidates by the paper's memory rule (largest tensor) and is priced by the problem's, so that its plan
 * may not fit.
 *
 * Where the paper leaves a choice, the strongest reading is taken. Every crossing tensor is paid, in its fastest
 * encoding. A tensor whose wire bits do not depend on its bits on the edge is quantized for the link like any
 * activation. What the published code does beyond the paper is tried too: activation budgets of average bits,
 * activations raised up to the peak, weights in all memory that is left.
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
    const { error, memory, latency } = account(paper, assignment);
    if (error > errorLimit * SLACK || memory.total > memoryBytes * SLACK || latency.total >= fastest) return;
    best = assignment;
    fastest = latency.total;
  };
  if (cloudOnly) offer(cloudOnly);
  const behind = cloudBehind(problem);
  const layers = layerChoices(problem);
  for (const length of potentialSplits(problem, memoryBytes)) {
    const isHopeless = ({ seconds, error, weights }: Part) =>
      seconds + behind.seconds[length] >= fastest * SLACK ||
      error + behind.error[length] > errorLimit * ROUGH_SLACK ||
      weights > memoryBytes * ROUGH_SLACK;
    if (isHopeless(leastPart(problem, length))) continue;
    for (const assignment of candidates(problem, layers, length, isHopeless)) offer(assignment);
  }
  return best && { ...account(problem, best), assignment: best };
}

function leastPart({ layers }: PlanningProblem, length: number): Part {
  const least = (of: (option: EdgeOption) => number) =>
    sum(layers.slice(0, length).map(({ options }) => Math.min(...options.map(of))));
  return { seconds: least((o) => o.seconds), error: least((o) => o.error), weights: least((o) => o.weightBytes) };
}

/** What the layers from each length of prefix on take in the cloud. */
function cloudBehind({ layers }: PlanningProblem): { seconds: Float64Array; error: Float64Array } {
  const seconds = new Float64Array(layers.length + 1);
  const error = new Float64Array(layers.length + 1);
  for (let i = layers.length - 1; i >= 0; i--) {
    seconds[i] = seconds[i + 1] + layers[i].cloudSeconds;
    error[i] = error[i + 1] + (layers[i].cloudError ?? 0);
  }
  return { seconds, error };
}

function cloudOnlyAssignment(problem: PlanningProblem): PlanAssignment | undefined {
  const edge = prefix(problem, 0);
  if (!allowsEdge(problem, edge)) return undefined;
  const wire = problem.tensors.map(() => -1);
  for (const t of crossingTensors(problem, edge)) {
    wire[t] = wireAt(
      latency(problem),
      problem.tensors[t],
      problem.tensors[t].inputBits ?? 32,
      Number.POSITIVE_INFINITY,
    );
    if (wire[t] < 0) return undefined;
  }
  return { edge, option: edge.map(() => -1), wire };
}

/**
 * Lengths of the prefixes that send no more than the raw input at the least bits, and whose least bits fit (Auto-Split
 * eq. 6).
 */
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

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
