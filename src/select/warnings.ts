import type { Evaluation } from '../evaluate/evaluation.js';
import { percent } from '../util/format.js';

/** Warnings about a measured drop: the samples cannot tell whether it is within the limit. */
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
