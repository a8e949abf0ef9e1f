import { comparisons } from '../api/plans.js';
import { compareSummary } from '../report/comparison.js';
import { compareCsv } from '../report/csv.js';
import { AutosplitError } from '../util/error.js';
import type { SolvedOptions } from './options.js';
import { printJson, say } from './print.js';
import { shownStages } from './stages.js';

export interface CompareOptions extends SolvedOptions {
  sweep?: string;
  csv: boolean;
}

/** `autosplit compare`: prints other methods beside the plan, and plans along a range. */
export async function compareCommand(options: CompareOptions): Promise<void> {
  if (options.json && options.csv)
    throw new AutosplitError('USAGE', '--json and --csv exclude each other', { hint: 'take one of them' });
  const documents: Parameters<typeof compareCsv>[0][number][] = [];
  for await (const document of comparisons({ ...options, stages: shownStages(options) })) {
    documents.push(document);
    if (!options.json && !options.csv) say(compareSummary(document));
  }
  if (options.json) printJson(documents);
  if (options.csv) process.stdout.write(compareCsv(documents));
  // A sweep without any plan is a negative answer.
  if (documents.some(({ sweep: along }) => along?.points.every(({ plan }) => plan === null))) process.exitCode = 1;
}
