import type { Inference } from '../inference/session.js';
import type { Evidence } from '../outputs/classes.js';
import type { Scorer } from './index.js';
import { expectedLoss, rootMeanSquare } from './verdict.js';

/** Samples that tell how sure a model is of its answers. */
const SAMPLES = 32;

/** How sure the float model is of its answers for a few samples; empty where its outputs hold no single decision. */
export async function answerScale(open: () => Promise<Inference>, scorer: Scorer): Promise<Evidence[]> {
  if (!scorer.evidence || !scorer.isOfAnswers) return [];
  const session = await open();
  try {
    const scale: Evidence[] = [];
    for (const index of scorer.indices.slice(0, SAMPLES)) {
      const outputs = await session.run(await scorer.samples.load(index));
      scale.push(...[scorer.evidence(outputs, outputs) ?? []].flat());
    }
    return scale;
  } finally {
    await session.close();
  }
}

/**
 * The drop to expect of a predicted error before anything was measured. For metrics of single answers the error is the
 * squared noise of the scores over their variance, and costs what verdict.ts says. Other metrics lose the error itself.
 */
export function dropModel(
  { isOfAnswers }: Pick<Scorer, 'isOfAnswers'>,
  scale: readonly Evidence[],
): (error: number) => number {
  if (!isOfAnswers || scale.length === 0) return (error) => Math.min(1, error);
  const spread = rootMeanSquare(scale.map((each) => each.spread));
  return (error) => expectedLoss(scale, Math.SQRT2 * Math.sqrt(error) * spread) ?? Math.min(1, error);
}
