import { plans } from '../api/plans.js';
import { planSummary } from '../report/summary.js';
import type { SolvedOptions } from './options.js';
import { printJson, say } from './print.js';
import { shownStages } from './stages.js';

/** `autosplit plan`: prints the plan; writes nothing. */
export async function planCommand(options: SolvedOptions): Promise<void> {
  const documents: unknown[] = [];
  for await (const document of plans({ ...options, stages: shownStages(options) })) {
    documents.push(document);
    if (!options.json) say(planSummary(document));
  }
  if (options.json) printJson(documents);
}
