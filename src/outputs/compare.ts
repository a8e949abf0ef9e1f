import { agreement, divergence, type Evidence, evidence, keptConfidence } from './classes.js';
import { elementsOf, isSame, laneStart, lanesOf, numbersOf, type Outputs } from './elements.js';
import type { ClassScores, Embedding, OutputFact } from './fact.js';
import { valueLoss } from './values.js';

/** `agreement` if every output is a decision, else `fidelity`. */
export const comparisonName = (facts: readonly OutputFact[]): 'agreement' | 'fidelity' =>
  facts.every(({ kind }) => kind === 'classes' || kind === 'labels') ? 'agreement' : 'fidelity';

/**
 * How much of the float model's outputs is kept, in 0..1: the mean score over the outputs, each compared by its kind.
 */
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
 * Loss of the outputs as a smooth measure: the divergence of the scores for decisions, 1 - score for other kinds.
 * Missing outputs count as unchanged.
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

/** Evidence from the first output with class scores; undefined if there is none or it holds several decisions. */
export function classEvidence(
  facts: readonly OutputFact[],
  outputs: Outputs,
  reference: Outputs,
): Evidence | undefined {
  const fact = facts.find(({ kind }) => kind === 'classes');
  return fact?.kind === 'classes' ? evidence(reference[fact.name], outputs[fact.name], fact.axis) : undefined;
}

/** Share of unchanged decisions, or how much of a single one is kept. */
function answersKept({ axis, weighed }: ClassScores, exact: Tensor, made: Tensor): number {
  return (weighed ? keptConfidence(exact, made, axis) : undefined) ?? agreement(exact, made, axis);
}

/** Share of equal elements; elements without a counterpart are unequal. */
function equalShare(a: ArrayLike<number | string>, b: ArrayLike<number | string>): number {
  const [common, most] = [Math.min(a.length, b.length), Math.max(a.length, b.length)];
  let equal = 0;
  for (let i = 0; i < common; i++) if (isSame(a[i], b[i])) equal++;
  return most === 0 ? 1 : equal / most;
}

type Tensor = Outputs[string];

/** Mean cosine similarity of the vectors; negative values count as 0. */
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
