import path from 'node:path';
import { cosmiconfig } from 'cosmiconfig';
import { AutosplitError } from '../util/error.js';
import { isA } from './samples.js';

export const SEARCH_PLACES = ['yaml', 'yml', 'json', 'js', 'mjs', 'ts'].map((ending) => `autosplit.config.${ending}`);

/** Loads nothing: read.ts reads the file, with positions. */
const leave = () => ({});
const loaders = Object.fromEntries(
  ['.yaml', '.yml', '.json', '.js', '.mjs', '.ts', 'noExt'].map((ending) => [ending, leave]),
);

/** Absolute path of the config: `named`, or the first one found from `cwd` upwards within its package.
 * @throws AutosplitError CONFIG_NOT_FOUND */
export async function findConfig(cwd: string, named?: string): Promise<string> {
  if (named !== undefined) {
    const file = path.resolve(cwd, named);
    if (await isA('file', file)) return file;
    const isFolder = await isA('folder', file);
    throw new AutosplitError('CONFIG_NOT_FOUND', isFolder ? `${named} is a folder` : `there is no file ${named}`, {
      hint: isFolder ? `use --cwd ${named}` : `looked for ${file}`,
    });
  }
  if (!(await isA('folder', cwd))) throw new AutosplitError('CONFIG_NOT_FOUND', `there is no folder ${cwd}`);
  const found = await cosmiconfig('autosplit', {
    searchPlaces: SEARCH_PLACES,
    loaders,
    searchStrategy: 'project',
    ignoreEmptySearchPlaces: false,
    cache: false,
  }).search(cwd);
  if (found) return found.filepath;
  throw new AutosplitError('CONFIG_NOT_FOUND', `no configuration file was found from ${cwd} upwards`, {
    hint: `looked for ${SEARCH_PLACES.join(', ')}; --config names one`,
  });
}
