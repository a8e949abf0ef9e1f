import { type CompareDocument, compareDocument } from '../compare-document.js';
import { loadConfig } from '../config/load.js';
import { baselinePlans } from '../planner/baselines.js';
import { compareSummary } from '../report/comparison.js';
import { compareCsv } from '../report/csv.js';
import { type SweepRange, sweep } from '../sweep.js';
import { AutosplitError } from '../util/error.js';
import { printJson, say } from './print.js';
import { type SolvedOptions, solvedPlan } from './solved.js';

export interface CompareOptions extends SolvedOptions {
  sweep?: SweepRange;
  csv: boolean;
}

/** `autosplit compare`: every method on the same accounting, and on request along a range of uplinks or memories. */
export async function compareCommand(options: CompareOptions): Promise<void> {
  if (options.json && options.csv) throw new AutosplitError('USAGE', '--json and --csv exclude each other', { hint: 'take one of them' });
  const documents: CompareDocument[] = [];
  const configs = await loadConfig(options);
  for (const config of configs) {
    const { planned, plan } = await solvedPlan(config, options, configs.length === 1);
    const document = compareDocument({
      ...planned,
      plan,
      measured: options.measured,
      baselines: baselinePlans(planned.problem),
      ...(options.sweep && { sweep: sweep(planned, options.sweep) }),
    });
    documents.push(document);
    if (!options.json && !options.csv) say(compareSummary(document));
  }
  if (options.json) printJson(documents);
  if (options.csv) process.stdout.write(compareCsv(documents));
}
