import { loadConfig } from '../config/load.js';
import type { PlanDocument } from '../documents/plan.js';
import { documentOf } from '../pipeline/document.js';
import { planSummary } from '../report/summary.js';
import { printJson, say } from './print.js';
import { type SolvedOptions, withSolved } from './solved.js';

/** `autosplit plan`: the plan that `build` takes as far as it was measured, now or before; nothing is written. */
export async function planCommand(options: SolvedOptions): Promise<void> {
  const documents: PlanDocument[] = [];
  const configs = await loadConfig(options);
  for (const config of configs) {
    const document = await withSolved(config, { ...options, isOne: configs.length === 1 }, (solved) =>
      documentOf(solved, solved.selection),
    );
    documents.push(document);
    if (!options.json) say(planSummary(document));
  }
  if (options.json) printJson(documents);
}
