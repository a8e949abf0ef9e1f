import { loadConfig } from '../config/load.js';
import { checkBundle, recordedEffort } from '../freshness/index.js';
import { relativePath } from '../util/files.js';
import type { CommonOptions } from './options.js';
import { printJson, say } from './print.js';

/** `autosplit check`: exit 1 with a list of what is stale. */
export async function checkCommand(options: CommonOptions & { rebuild: boolean }): Promise<void> {
  const results: { version: 1; build: string; output: string; fresh: boolean; changes: string[] }[] = [];
  const configs = await loadConfig({ ...options, effortOf: recordedEffort });
  const again = options.flags?.length
    ? '`npx autosplit build` with the same options'
    : '`npx autosplit build` and commit the result';
  for (const config of configs) {
    const build = configs.length > 1 ? { build: config.name } : { build: undefined };
    const changes = options.rebuild ? await rebuilt(config, { ...options, ...build }) : await checkBundle(config);
    const output = relativePath(options.cwd, config.output) || '.';
    results.push({ version: 1, build: config.name, output, fresh: changes.length === 0, changes });
    if (options.json) continue;
    if (changes.length === 0) say(`${output} is fresh`);
    else say(`${output} is stale:\n${changes.map((change) => `  ${change}`).join('\n')}\nrun ${again}`);
  }
  if (options.json) printJson(results);
  if (results.some((result) => !result.fresh)) process.exitCode = 1;
}

/** Loaded only here: a plain check starts no onnxruntime. */
async function rebuilt(config: Parameters<typeof checkBundle>[0], options: CommonOptions): Promise<string[]> {
  const { rebuildChanges } = await import('../api/rebuild.js');
  return rebuildChanges(config, options);
}
