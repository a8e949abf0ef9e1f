import { targetsOf } from '../bundle/targets.js';
import { loadConfig } from '../config/load.js';
import { projectCache } from '../pipeline/cache.js';
import { make, plan } from '../pipeline/index.js';
import { proveAndWrite } from '../pipeline/prove.js';
import { listrStages, withWorkDir } from '../progress/terminal.js';
import { buildSummary } from '../report/summary.js';
import { AutosplitError } from '../util/error.js';
import { checkTarget, contentLength, relativePath } from '../util/files.js';
import { requirePackages } from '../verify/packages.js';
import type { CachedOptions, SolverOption } from './options.js';
import { requireOutput } from './override-options.js';
import { printJson, say } from './print.js';

export interface BuildOptions extends CachedOptions, SolverOption {
  watch: boolean;
}

/** `autosplit build`: the whole pipeline, for each build of the config. */
export async function buildCommand(options: BuildOptions): Promise<void> {
  requireOutput(options.flags ?? []);
  if (options.watch) {
    if (options.json)
      throw new AutosplitError('USAGE', '--watch and --json exclude each other', { hint: 'take one of them' });
    const { watchBuild } = await import('./watch.js');
    await watchBuild(
      options,
      process.argv.slice(2).filter((arg) => arg !== '--watch' && arg !== '-w'),
    );
  }
  const results: unknown[] = [];
  const configs = await loadConfig(options);
  for (const config of configs) {
    requirePackages((await targetsOf(config)).edge, config.root);
    await checkTarget(config.output);
  }
  for (const config of configs) {
    const run = listrStages({ quiet: options.quiet, ...(configs.length > 1 && { build: config.name }) });
    const { document, verification, bundle, warning } = await withWorkDir(async (workDir) => {
      const cache = projectCache(config.root, options.cache);
      const context = { run, workDir, threads: options.threads, solver: options.solver, cache };
      const planned = await plan(config, context);
      const made = await make(planned, context);
      const proven = await proveAndWrite(planned, made, context);
      return { ...made, ...proven, warning: made.selection.warning };
    });
    const files = [...bundle.files]
      .map(([name, content]) => ({ path: name, bytes: contentLength(content) }))
      .sort((a, b) => (a.path < b.path ? -1 : 1));
    const output = relativePath(options.cwd, config.output) || '.';
    results.push({
      version: 1,
      build: config.name,
      output,
      plan: document,
      verification,
      files,
      ...(warning && { warning }),
    });
    if (!options.json)
      say(
        buildSummary({
          document,
          verification,
          files,
          output: relativePath(process.cwd(), config.output) || '.',
          warning,
          spec: bundle.spec,
          targets: bundle.manifest.targets,
        }),
      );
  }
  if (options.json) printJson(results);
}
