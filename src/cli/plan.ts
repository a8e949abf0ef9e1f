import { loadConfig } from '../config/load.js';
import { documentOf, plan } from '../pipeline.js';
import type { PlanDocument } from '../plan-document.js';
import { planSummary } from '../report/summary.js';
import { listrStages, withWorkDir } from '../tasks.js';
import type { CommonOptions, SolverOption } from './main.js';
import { printJson, say } from './print.js';

/** `autosplit plan`: everything up to the planner. */
export async function planCommand(options: CommonOptions & SolverOption): Promise<void> {
  const documents: PlanDocument[] = [];
  const configs = await loadConfig(options);
  for (const config of configs) {
    const run = listrStages({ quiet: options.quiet, ...(configs.length > 1 && { build: config.name }) });
    const planned = await withWorkDir((workDir) => plan(config, { run, workDir, threads: options.threads, solver: options.solver }));
    const document = documentOf(planned);
    documents.push(document);
    if (!options.json) say(planSummary(document));
  }
  if (options.json) printJson(documents);
}
