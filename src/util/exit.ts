import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Runs `cleanup`, which must be synchronous, should the process exit before the function that this gives is called. */
export function cleanUpAtExit(cleanup: () => void): () => void {
  process.on('exit', cleanup);
  return () => process.off('exit', cleanup);
}

const TRIES = 50;
const PAUSE_MILLISECONDS = 20;

/**
 * Removes a folder now, if it is there. Where a child, or a write of this process that has begun, puts a file there
 * meanwhile, all of it is tried again: the retries of `rmSync` do not look for new files.
 */
export function removeNow(folder: string): void {
  for (let left = TRIES; existsSync(folder); left--) {
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch (error) {
      if (left <= 1 || (error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MILLISECONDS);
    }
  }
}

/** Runs `work` with a new folder for temporary files that is gone afterwards, and when the process exits meanwhile. */
export async function withTemporaryFolder<T>(name: string, work: (folder: string) => Promise<T>): Promise<T> {
  // At once, so that no signal finds a folder that nothing removes.
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), `${name}-`)));
  const remove = () => removeNow(folder);
  const done = cleanUpAtExit(remove);
  try {
    return await work(folder);
  } finally {
    done();
    remove();
  }
}
