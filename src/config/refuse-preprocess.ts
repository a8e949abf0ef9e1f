import type { AutosplitError } from '../util/error.js';
import { type LocatedMap, valueAt } from './located.js';
import { problemAt } from './problem.js';

/** Most samples to use; Infinity for `all`. */
export const limitOf = (samples: number | 'all' | undefined, fallback: number): number =>
  samples === 'all' ? Infinity : (samples ?? fallback);

/** Adds a problem if samples other than images state `preprocess`, which would have no effect on them. */
export function refusePreprocess(section: LocatedMap, name: string, problems: AutosplitError[]): void {
  const preprocess = valueAt(section, ['preprocess']);
  if (preprocess && !section.entries.has('images')) {
    problems.push(
      problemAt(preprocess, `\`${name}.preprocess\` is for \`images\`; other samples are taken as they are`),
    );
  }
}
