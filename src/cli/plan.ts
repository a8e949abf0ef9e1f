import { loadConfig } from '../config/load.js';
import { documentOf, plan } from '../pipeline.js';
import type { PlanDocument } from '../plan-document.js';
import { planSummary } from '../report/summary.js';
import { listrStages, withWorkDir } from '../tasks.js';
import type { CommonOptions } from './main.js';
import { printJson, say } from './print.js';

/** `autosplit plan`: everything up to the planner. */
export async function planCommand(options: CommonOptions): Promise<void> {
  const run = listrStages({ quiet: options.quiet });
  const documents: PlanDocument[] = [];
  for (const config of await loadConfig(options)) {
    const planned = await withWorkDir((workDir) => plan(config, { run, workDir, threads: options.threads }));
    const document = documentOf(planned);
    documents.push(document);
    if (!options.json) say(planSummary(document));
  }
  if (options.json) printJson(documents);
}
