import { randomBytes } from 'node:crypto';
import { access, constants, lstat, mkdir, open, rename, stat } from 'node:fs/promises';
import path from 'node:path';
import { AutosplitError } from './error.js';
import { cleanUpAtExit, removeNow } from './exit.js';

/**
 * Refuses an output file that cannot or must not be written, before any work.
 * @param replace whether an existing file may be replaced
 * @throws AutosplitError OUTPUT_UNSAFE, OUTPUT_FAILED
 */
export async function checkOutputFile(file: string, replace: boolean): Promise<void> {
  const found = await lstat(file).catch(() => undefined);
  const unsafe = (reason: string, hint: string) => new AutosplitError('OUTPUT_UNSAFE', `${file} ${reason}`, { hint });
  if (found && !found.isFile())
    throw unsafe(found.isDirectory() ? 'is a folder' : 'is no ordinary file', 'name a file');
  if (found && !replace) throw unsafe('is there already', 'choose another name, or replace it with --force');
  const folder = await nearestFolder(path.dirname(file));
  const refusal = await access(folder, constants.W_OK).then(
    async () => ((await stat(folder)).isDirectory() ? undefined : new Error(`${folder} is no folder`)),
    (error: Error) => error,
  );
  if (refusal) throw failed(file, refusal);
}

/** Writes a text file atomically and creates its parent folders. */
export async function writeOutputFile(file: string, text: string): Promise<void> {
  const partial = path.join(path.dirname(file), `.${path.basename(file)}-${randomBytes(4).toString('hex')}`);
  const done = cleanUpAtExit(() => removeNow(partial));
  try {
    await mkdir(path.dirname(file), { recursive: true });
    const handle = await open(partial, 'wx');
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(partial, file);
  } catch (error) {
    removeNow(partial);
    throw failed(file, error);
  } finally {
    done();
  }
}

async function nearestFolder(folder: string): Promise<string> {
  const isThere = await lstat(folder).then(
    () => true,
    () => false,
  );
  return isThere || folder === path.dirname(folder) ? folder : nearestFolder(path.dirname(folder));
}

function failed(file: string, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  return new AutosplitError('OUTPUT_FAILED', `${file} cannot be written: ${error.message}`, { cause: error });
}
