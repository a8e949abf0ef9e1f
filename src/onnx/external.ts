import { realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { AutosplitError } from '../util/error.js';
import type { ByteSource } from './graph.js';

/** Finds external data of one model; remembers the files it has looked at. */
export type ExternalData = (tensor: string, entries: ReadonlyMap<string, string>, expectedBytes: number) => ByteSource;

/**
 * External data of the model at `modelPath`: files beside it or below, links included.
 * The returned function throws AutosplitError EXTERNAL_DATA for a location outside, a missing file or one that is too
 * short.
 */
export function externalData(modelPath: string): ExternalData {
  const folder = path.dirname(path.resolve(modelPath));
  const files = new Map<string, { path: string; size: number }>();

  return (tensor, entries, expectedBytes) => {
    const refuse = (reason: string, hint?: string) =>
      new AutosplitError(
        'EXTERNAL_DATA',
        `external data of ${shown(tensor)} in ${modelPath}: ${reason}`,
        hint ? { hint } : {},
      );
    const location = entries.get('location') ?? '';
    let file = files.get(location);
    if (!file) {
      file = locate(folder, location, refuse);
      files.set(location, file);
    }
    const offset = wholeNumber(entries.get('offset') ?? '0');
    const length = wholeNumber(entries.get('length') ?? String(expectedBytes));
    if (offset === undefined || length === undefined) throw refuse('offset and length must be whole numbers', EXPORT);
    if (length !== expectedBytes)
      throw refuse(`it is ${length} bytes long where its shape takes ${expectedBytes}`, EXPORT);
    if (offset + length > file.size) {
      throw refuse(
        `${shown(location)} has ${file.size} bytes, ${offset + length} are needed`,
        'the file is truncated or not the one of this model',
      );
    }
    return { kind: 'file', path: file.path, offset, length };
  };
}

const EXPORT = 'export the model again';

function locate(
  folder: string,
  location: string,
  refuse: (reason: string, hint?: string) => AutosplitError,
): { path: string; size: number } {
  const outside = () =>
    refuse(
      `${shown(location)} is outside the folder of the model`,
      'put the data beside the model and store a relative location',
    );
  if (location === '') throw refuse('it has no location', EXPORT);
  // Windows paths are refused on every platform, so that a model is read the same everywhere.
  if (path.posix.isAbsolute(location) || path.win32.isAbsolute(location) || /^[a-z]:/i.test(location)) throw outside();
  if (location.split(/[\\/]/).includes('..')) throw outside();
  let real: string;
  let size: number;
  try {
    real = realpathSync(path.join(folder, location));
    const stat = statSync(real);
    if (!stat.isFile()) throw new Error('not a file');
    size = stat.size;
  } catch {
    throw refuse(`there is no file ${shown(location)} beside the model`, 'keep the model and its data files together');
  }
  const relative = path.relative(realpathSync(folder), real);
  if (relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative)) throw outside();
  return { path: real, size };
}

function wholeNumber(text: string): number | undefined {
  const number = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(number) ? number : undefined;
}

/** A name from a file, quoted and of bounded length. */
export function shown(name: string): string {
  return JSON.stringify(name.length > 120 ? `${name.slice(0, 100)}… (${name.length} characters)` : name);
}
