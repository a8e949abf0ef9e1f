import path from 'node:path';
import type { AutosplitError, ErrorCode } from '../util/error.js';
import { type Located, type LocatedMap, toPlain, valueAt } from './located.js';
import { asWritten } from './normalised.js';
import { problemAt } from './problem.js';
import { isA } from './samples.js';

/**
 * The absolute path of a file that the config names. Undefined if the key is missing; undefined and a problem if the
 * file is missing.
 */
export async function existing(
  merged: LocatedMap,
  at: readonly string[],
  code: ErrorCode,
  problems: AutosplitError[],
): Promise<string | undefined> {
  const located = valueAt(merged, at);
  if (!located) return undefined;
  const file = absolute(located);
  if (await isA('file', file)) return file;
  problems.push(
    problemAt(located, `\`${asWritten(merged, at).join('.')}\`: there is no file ${toPlain(located)}`, {
      code,
      hint: `looked for ${file}`,
    }),
  );
  return undefined;
}

/** A path of the config, relative to the file that states it, as an absolute path. */
export const absolute = (located: Located): string => path.resolve(located.source.folder, String(toPlain(located)));
