import { type LoadOptions, loadConfig } from '../config/load.js';
import type { ResolvedConfig } from '../config/resolved.js';
import { projectCache } from '../pipeline/cache.js';
import type { RunOptions } from '../pipeline/options.js';
import { reportingStages } from '../progress/events.js';
import { withTemporaryFolder } from '../util/exit.js';
import type { CommandOptions, ConfigOptions, WorkOptions } from './options.js';

/** The builds of a config, in its order. */
export const configsOf = ({
  cwd = process.cwd(),
  ...options
}: ConfigOptions & Pick<LoadOptions, 'effortOf' | 'flags'>): Promise<ResolvedConfig[]> =>
  loadConfig({ cwd, ...options });

/** Runs work on each build in turn, and gives each result when it is there. */
export async function* eachBuild<T>(
  configs: readonly ResolvedConfig[],
  options: WorkOptions & CommandOptions,
  work: (config: ResolvedConfig, run: RunOptions) => Promise<T>,
): AsyncGenerator<T, void, undefined> {
  for (const config of configs) yield await withRun(config, configs.length, options, (run) => work(config, run));
}

/**
 * Runs work on one of `count` builds: with a temporary folder that is gone afterwards, the cache of the project, and
 * stages shown as the options say.
 */
export function withRun<T>(
  config: ResolvedConfig,
  count: number,
  options: WorkOptions & CommandOptions,
  work: (run: RunOptions) => Promise<T>,
): Promise<T> {
  const { threads, solver, cache = true, onProgress = () => {}, stages } = options;
  return withTemporaryFolder('autosplit', (workDir) =>
    work({
      run: stages?.(config.name, count) ?? reportingStages(config.name, onProgress),
      workDir,
      cache: projectCache(config.root, cache),
      ...(threads !== undefined && { threads }),
      ...(solver !== undefined && { solver }),
    }),
  );
}

/** All that a generator gives. */
export async function collect<T>(results: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const result of results) all.push(result);
  return all;
}
