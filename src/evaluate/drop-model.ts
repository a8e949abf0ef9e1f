import type { Inference } from '../inference/session.js';
import type { Evidence } from '../outputs/classes.js';
import type { Scorer } from './index.js';
import { expectedLoss, rootMeanSquare } from './verdict.js';

/** Number of samples that show how sure the model is of its answers. */
const SAMPLES = 32;

/** How sure the float model is of its answers on a few samples; empty if its outputs do not hold a single decision. */
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
 * Model of the drop before anything is measured. For metrics of single answers, the predicted error is the squared
 * noise of the scores over their variance, and {@link expectedLoss} gives the drop. For other metrics, the drop is the
 * error itself.
 */
export function dropModel(
  { isOfAnswers }: Pick<Scorer, 'isOfAnswers'>,
  scale: readonly Evidence[],
): (error: number) => number {
  if (!isOfAnswers || scale.length === 0) return (error) => Math.min(1, error);
  const spread = rootMeanSquare(scale.map((each) => each.spread));
  return (error) => expectedLoss(scale, Math.SQRT2 * Math.sqrt(error) * spread) ?? Math.min(1, error);
}
