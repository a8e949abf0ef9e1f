import { projectCache } from '../cache.js';
import { loadConfig } from '../config/load.js';
import { documentOf, knownSelection, plan } from '../pipeline.js';
import type { PlanDocument } from '../plan-document.js';
import { planSummary } from '../report/summary.js';
import { listrStages, withWorkDir } from '../tasks.js';
import type { CachedOptions, SolverOption } from './main.js';
import { printJson, say } from './print.js';

/** `autosplit plan`: everything up to the planner. */
export async function planCommand(options: CachedOptions & SolverOption): Promise<void> {
  const documents: PlanDocument[] = [];
  const configs = await loadConfig(options);
  for (const config of configs) {
    const run = listrStages({ quiet: options.quiet, ...(configs.length > 1 && { build: config.name }) });
    const cache = projectCache(config.root, options.cache);
    const context = { run, threads: options.threads, solver: options.solver, cache };
    const document = await withWorkDir(async (workDir) => {
      const planned = await plan(config, { ...context, workDir });
      return documentOf(planned, await knownSelection(planned, { ...context, workDir }));
    });
    documents.push(document);
    if (!options.json) say(planSummary(document));
  }
  if (options.json) printJson(documents);
}
