import path from 'node:path';
import { findConfig } from '../config/discover.js';
import { loadConfig } from '../config/load.js';
import { type ConfigPlace, watchedAfter, watchedBy } from '../freshness/watched.js';
import { sha256, sha256File } from '../util/files.js';
import type { CommandOptions } from './options.js';

export { isWatched, union, type Watched, watchedAfter, watchedBy } from '../freshness/watched.js';

/** The inputs of a build at one moment. */
export interface WatchedInputs {
  /** Folders that hold inputs: replaced and new files show up there. */
  folders: Set<string>;
  digest: string;
}

/**
 * Digests the inputs of a build. If the config is invalid, digests the files that it consists of.
 * @throws AutosplitError CONFIG_NOT_FOUND
 */
export async function watchedInputs(
  options: ConfigPlace & { build?: string } & Pick<CommandOptions, 'flags'>,
): Promise<WatchedInputs> {
  await findConfig(path.resolve(options.cwd), options.config);
  const watched = await loadConfig(options).then(watchedBy, (error: unknown) => watchedAfter(error, options));
  const files = [...watched.files].sort();
  const digests = await Promise.all(files.map(async (file) => [file, await sha256File(file).catch(() => 'gone')]));
  return {
    folders: new Set([...files.map((file) => path.dirname(file)), ...watched.folders]),
    digest: sha256(Buffer.from(JSON.stringify(digests))),
  };
}
