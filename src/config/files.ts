import path from 'node:path';
import { AutosplitError } from '../util/error.js';
import { findConfig } from './discover.js';
import type { Environment } from './interpolate.js';
import type { Located } from './located.js';
import { readConfig } from './read.js';

/**
 * All files that a config depends on: itself, the configs that it extends and the presets that it names by path. Of an
 * invalid config, only the config itself, so that a watcher sees it being repaired.
 * @throws AutosplitError CONFIG_NOT_FOUND
 */
export async function configFiles({
  cwd,
  config,
  env = process.env,
}: {
  cwd: string;
  config?: string;
  env?: Environment;
}): Promise<string[]> {
  const file = await findConfig(path.resolve(cwd), config);
  try {
    return [...new Set([file, ...filesIn(await readConfig(file, env))])];
  } catch (error) {
    if (error instanceof AutosplitError) return [file];
    throw error;
  }
}

function filesIn(located: Located, key?: string): string[] {
  const { source } = located;
  if (located.kind === 'map')
    return [source.file, ...[...located.entries].flatMap(([name, { value }]) => filesIn(value, name))];
  const isPreset = key === 'preset' && located.kind === 'scalar' && /[/\\]|\.(ya?ml|json)$/.test(String(located.value));
  return isPreset ? [source.file, path.resolve(source.folder, String(located.value))] : [source.file];
}
