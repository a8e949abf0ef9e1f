import path from 'node:path';
import type { AutosplitError, ErrorCode } from '../util/error.js';
import { type Located, type LocatedMap, toPlain, valueAt } from './located.js';
import { asWritten } from './normalised.js';
import { problemAt } from './problem.js';
import { isA } from './samples.js';

/** A path as the file that states it means it; undefined, and a problem, where there is no file. */
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

export const absolute = (located: Located): string => path.resolve(located.source.folder, String(toPlain(located)));
