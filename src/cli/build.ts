import { builds } from '../api/build.js';
import { buildSummary } from '../report/summary.js';
import { AutosplitError } from '../util/error.js';
import { relativePath } from '../util/files.js';
import type { CachedOptions, SolverOption } from './options.js';
import { requireOutput } from './override-options.js';
import { printJson, say } from './print.js';
import { shownStages } from './stages.js';

export interface BuildOptions extends CachedOptions, SolverOption {
  watch: boolean;
}

/** `autosplit build`: the whole pipeline, for each build of the config. */
export async function buildCommand(options: BuildOptions): Promise<void> {
  requireOutput(options.flags ?? []);
  if (options.watch) await watch(options);
  const results: unknown[] = [];
  for await (const { result, bundle } of builds({ ...options, stages: shownStages(options) })) {
    results.push({ version: 1, ...result, output: relativePath(options.cwd, result.output) || '.' });
    if (options.json) continue;
    const { plan, verification, files, warning } = result;
    const output = relativePath(process.cwd(), result.output) || '.';
    const { spec, manifest } = bundle;
    say(buildSummary({ document: plan, verification, files, output, warning, spec, targets: manifest.targets }));
  }
  if (options.json) printJson(results);
}

async function watch(options: BuildOptions): Promise<never> {
  if (options.json)
    throw new AutosplitError('USAGE', '--watch and --json exclude each other', { hint: 'take one of them' });
  const { watchBuild } = await import('./watch.js');
  return watchBuild(
    options,
    process.argv.slice(2).filter((arg) => arg !== '--watch' && arg !== '-w'),
  );
}
