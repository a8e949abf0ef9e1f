import type { Inference } from '../inference/session.js';
import type { Judge } from './index.js';
import { answersChanged, lossPerChange } from './verdict.js';

/** How sure the float network is of its answers, in the unit of their spread; means over samples. */
export interface AnswerScale {
  /** Best minus second best score. */
  margin: number;
  /** Standard deviation of the scores. */
  spread: number;
}

/** Samples that tell how sure a network is. */
const SAMPLES = 16;

/** Runs the float network on a few samples; undefined where its outputs are not class-like. */
export async function answerScale(open: () => Promise<Inference>, judge: Judge): Promise<AnswerScale | undefined> {
  if (!judge.evidence) return undefined;
  const network = await open();
  try {
    const scale = { margin: 0, spread: 0 };
    const indices = judge.indices.slice(0, SAMPLES);
    for (const index of indices) {
      const outputs = await network.run(await judge.samples.load(index));
      const evidence = judge.evidence(outputs, outputs);
      if (!evidence) return undefined;
      scale.margin += evidence.margin / indices.length;
      scale.spread += evidence.spread / indices.length;
    }
    return scale;
  } finally {
    await network.close();
  }
}

/**
 * The drop to expect of a predicted error before anything was measured. For metrics that count answers the error is the squared noise of the scores
 * over their variance, and answers change as in verdict.ts. Other metrics lose the error itself.
 */
export function dropModel({ metric }: Pick<Judge, 'metric'>, scale: AnswerScale | undefined): (error: number) => number {
  const loss = lossPerChange(metric);
  if (!scale || !(scale.margin > 0) || loss === undefined) return (error) => Math.min(1, error);
  const { margin, spread } = scale;
  return (error) => answersChanged((Math.SQRT2 * Math.sqrt(error) * spread) / margin) * loss;
}
