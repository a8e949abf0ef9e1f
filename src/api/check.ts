import type { ResolvedConfig } from '../config/resolved.js';
import { checkBundle, recordedEffort } from '../freshness/index.js';
import type { CommandOptions, ConfigOptions, WorkOptions } from './options.js';
import { configsOf } from './run.js';

/** Whether a committed bundle matches its inputs. */
export interface CheckResult {
  build: string;
  /** Absolute folder of the bundle. */
  output: string;
  fresh: boolean;
  /** What differs, one line each; empty if `fresh`. */
  changes: string[];
}

/** Checks every build: by digests, or with `rebuild` by building in memory and comparing bytes. */
export async function* checks(
  options: ConfigOptions & Pick<WorkOptions, 'threads'> & CommandOptions & { rebuild?: boolean },
): AsyncGenerator<CheckResult> {
  const configs = await loadRecorded(options);
  for (const config of configs) {
    const changes = options.rebuild ? await rebuild(config, configs.length, options) : await checkBundle(config);
    yield { build: config.name, output: config.output, fresh: changes.length === 0, changes };
  }
}

/** Loads the builds of a config. A build that states no `effort` takes that of its committed bundle. */
export const loadRecorded = (options: ConfigOptions & CommandOptions): Promise<ResolvedConfig[]> =>
  configsOf({ ...options, effortOf: recordedEffort });

/** Loads the pipeline only for a rebuild, so that a plain check does not load onnxruntime. */
async function rebuild(
  config: ResolvedConfig,
  count: number,
  options: Parameters<typeof checks>[0],
): Promise<string[]> {
  const { rebuildChanges } = await import('./rebuild.js');
  return rebuildChanges(config, count, options);
}
