import { loadConfig } from '../config/load.js';
import type { CompareDocument } from '../documents/compare.js';
import { compareSummary } from '../report/comparison.js';
import { compareCsv } from '../report/csv.js';
import { AutosplitError } from '../util/error.js';
import { comparison } from '../whatif/comparison.js';
import type { SweepRange } from '../whatif/sweep.js';
import { printJson, say } from './print.js';
import { type SolvedOptions, withShownAnswer } from './solved.js';

export interface CompareOptions extends SolvedOptions {
  sweep?: SweepRange;
  csv: boolean;
}

/**
 * `autosplit compare`: every method on the same accounting, and on request along a range of uplinks, memories or
 * errors.
 */
export async function compareCommand(options: CompareOptions): Promise<void> {
  if (options.json && options.csv)
    throw new AutosplitError('USAGE', '--json and --csv exclude each other', { hint: 'take one of them' });
  const documents: CompareDocument[] = [];
  const configs = await loadConfig(options);
  const solved = { ...options, isOne: configs.length === 1 };
  for (const config of configs) {
    const document = await withShownAnswer(config, solved, (answer, context) =>
      comparison(answer, { measured: options.measured, range: options.sweep }, context),
    );
    documents.push(document);
    if (!options.json && !options.csv) say(compareSummary(document));
  }
  if (options.json) printJson(documents);
  if (options.csv) process.stdout.write(compareCsv(documents));
  // A sweep that finds no plan anywhere is a negative answer.
  if (documents.some(({ sweep: along }) => along?.points.every(({ plan }) => plan === null))) process.exitCode = 1;
}
