import { agreement, divergence, type Evidence, evidence, keptConfidence } from './classes.js';
import { elementsOf, isSame, laneStart, lanesOf, numbersOf, type Outputs } from './elements.js';
import type { ClassScores, Embedding, OutputFact } from './fact.js';
import { valueLoss } from './values.js';

/** `agreement` where every output is a decision, else `fidelity`. */
export const comparisonName = (facts: readonly OutputFact[]): 'agreement' | 'fidelity' =>
  facts.every(({ kind }) => kind === 'classes' || kind === 'labels') ? 'agreement' : 'fidelity';

/** How much of what the float model gives is kept, 0..1: the mean over the outputs of what their kind says. */
export function outputScore(facts: readonly OutputFact[], outputs: Outputs, reference: Outputs): number {
  const scores = facts.map((fact) => scoreOf(fact, outputs, reference));
  return scores.length === 0 ? 1 : scores.reduce((a, b) => a + b, 0) / scores.length;
}

function scoreOf(fact: OutputFact, outputs: Outputs, reference: Outputs): number {
  const [exact, made] = [reference[fact.name], outputs[fact.name]];
  if (fact.kind === 'classes') return answersKept(fact, exact, made);
  if (fact.kind === 'labels') return equalShare(elementsOf(exact), elementsOf(made));
  return 1 - lossOf(fact, outputs, reference);
}

/**
 * What outputs have lost, as a measure that changes smoothly with them: 1 - score where that does, and the divergence
 * of the scores where outputs are decisions. Outputs that are not there are those of the float network.
 */
export function outputLoss(facts: readonly OutputFact[], outputs: Outputs, reference: Outputs): number {
  const losses = facts.map((fact) => lossOf(fact, outputs, reference));
  return losses.length === 0 ? 0 : losses.reduce((a, b) => a + b, 0) / losses.length;
}

function lossOf(fact: OutputFact, outputs: Outputs, reference: Outputs): number {
  const scores =
    fact.kind === 'labels' ? fact.scores : fact.kind === 'classes' ? { tensor: fact.name, axis: fact.axis } : undefined;
  if (scores && outputs[scores.tensor])
    return divergence(reference[scores.tensor], outputs[scores.tensor], scores.axis);
  const [exact, made] = [reference[fact.name], outputs[fact.name]];
  if (!made) return 0;
  if (fact.kind === 'values') return valueLoss(fact, exact, made);
  if (fact.kind === 'embedding') return 1 - cosine(fact, exact, made);
  return 1 - equalShare(elementsOf(exact), elementsOf(made));
}

/** Evidence of the first output of scores of classes; undefined where there is none, or it holds several decisions. */
export function classEvidence(
  facts: readonly OutputFact[],
  outputs: Outputs,
  reference: Outputs,
): Evidence | undefined {
  const fact = facts.find(({ kind }) => kind === 'classes');
  return fact?.kind === 'classes' ? evidence(reference[fact.name], outputs[fact.name], fact.axis) : undefined;
}

/** Share of decisions that are the same, or how much of a single one is kept. */
function answersKept({ axis, weighed }: ClassScores, exact: Tensor, made: Tensor): number {
  return (weighed ? keptConfidence(exact, made, axis) : undefined) ?? agreement(exact, made, axis);
}

/** Share of equal elements; what one side alone has is not equal. */
function equalShare(a: ArrayLike<number | string>, b: ArrayLike<number | string>): number {
  const [common, most] = [Math.min(a.length, b.length), Math.max(a.length, b.length)];
  let equal = 0;
  for (let i = 0; i < common; i++) if (isSame(a[i], b[i])) equal++;
  return most === 0 ? 1 : equal / most;
}

type Tensor = Outputs[string];

/** Mean cosine of the angle between the vectors, none below 0. */
function cosine({ axis }: Embedding, reference: Tensor, made: Tensor): number {
  const [a, b] = [numbersOf(reference), numbersOf(made)];
  if (!a || !b || a.length !== b.length) return 0;
  const lanes = lanesOf(reference.shape, axis);
  const count = lanes.outer * lanes.inner;
  let sum = 0;
  for (let position = 0; position < count; position++) {
    const start = laneStart(lanes, position);
    let [aa, ab, bb] = [0, 0, 0];
    for (let i = 0, at = start; i < lanes.size; i++, at += lanes.inner) {
      aa += a[at] ** 2;
      ab += a[at] * b[at];
      bb += b[at] ** 2;
    }
    const cos = ab / Math.sqrt(aa * bb);
    sum += Number.isFinite(cos) ? Math.min(1, Math.max(0, cos)) : aa === bb ? 1 : 0;
  }
  return count === 0 ? 1 : sum / count;
}
