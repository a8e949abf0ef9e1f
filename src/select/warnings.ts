import type { Evaluation } from '../evaluate/evaluation.js';
import { percent } from '../util/format.js';

/**
 * What a user should know of a measured drop: that the samples can not tell, or can not tell for sure, whether it is
 * within the limit.
 */
export function noiseWarnings(
  { verdict, basis, samples, samplesNeeded, interval }: Evaluation,
  limit: number,
): string[] {
  if (verdict !== 'inconclusive') return [];
  const needed = samplesNeeded === undefined ? '' : `: about ${samplesNeeded} samples would tell`;
  if (basis === 'outputs')
    return [
      `${samples} ${samples === 1 ? 'sample is' : 'samples are'} too few to tell a drop of ${percent(limit)}; how far the outputs moved decided${needed}`,
    ];
  return [
    `inconclusive: the 95 % interval of the drop reaches ${percent(interval[1])}, the limit is ${percent(limit)}${needed}`,
  ];
}
