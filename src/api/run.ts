import { type LoadOptions, loadConfig } from '../config/load.js';
import type { ResolvedConfig } from '../config/resolved.js';
import { projectCache } from '../pipeline/cache.js';
import type { RunOptions } from '../pipeline/options.js';
import { reportingStages } from '../progress/events.js';
import { withTemporaryFolder } from '../util/exit.js';
import type { CommandOptions, ConfigOptions, WorkOptions } from './options.js';

/** Loads the builds of a config, in the order of the file. */
export const configsOf = ({
  cwd = process.cwd(),
  ...options
}: ConfigOptions & Pick<LoadOptions, 'effortOf' | 'flags'>): Promise<ResolvedConfig[]> =>
  loadConfig({ cwd, ...options });

/** Runs `work` on one build after the other and yields each result as soon as it exists. */
export async function* eachBuild<T>(
  configs: readonly ResolvedConfig[],
  options: WorkOptions & CommandOptions,
  work: (config: ResolvedConfig, run: RunOptions) => Promise<T>,
): AsyncGenerator<T, void, undefined> {
  for (const config of configs) yield await withRun(config, configs.length, options, (run) => work(config, run));
}

/**
 * Runs `work` on one of `count` builds with a temporary folder, which is removed afterwards, the cache of the project
 * and the chosen display of stages.
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

/** Collects all values of a generator. */
export async function collect<T>(results: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const result of results) all.push(result);
  return all;
}
