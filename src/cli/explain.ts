import { explanations } from '../api/plans.js';
import { explainSummary } from '../report/explanation.js';
import type { SolvedOptions } from './options.js';
import { printJson, say } from './print.js';
import { shownStages } from './stages.js';

/** `autosplit explain`: prints why this cut was chosen, and what would change it. */
export async function explainCommand(options: SolvedOptions): Promise<void> {
  const documents: unknown[] = [];
  for await (const document of explanations({ ...options, stages: shownStages(options) })) {
    documents.push(document);
    if (!options.json) say(explainSummary(document));
  }
  if (options.json) printJson(documents);
}
