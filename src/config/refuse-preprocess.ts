import type { AutosplitError } from '../util/error.js';
import { type LocatedMap, valueAt } from './located.js';
import { problemAt } from './problem.js';

/** Upper limit on samples, Infinity for `all`. */
export const limitOf = (samples: number | 'all' | undefined, fallback: number): number =>
  samples === 'all' ? Infinity : (samples ?? fallback);

/** Tensors and sound go to the network as they are: a preprocessing of pictures would be passed over in silence. */
export function refusePreprocess(section: LocatedMap, name: string, problems: AutosplitError[]): void {
  const preprocess = valueAt(section, ['preprocess']);
  if (preprocess && !section.entries.has('images')) {
    problems.push(
      problemAt(preprocess, `\`${name}.preprocess\` is for \`images\`; other samples are taken as they are`),
    );
  }
}
