import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Runs the synchronous `cleanup` if the process exits before the returned function is called. */
export function cleanUpAtExit(cleanup: () => void): () => void {
  process.on('exit', cleanup);
  return () => process.off('exit', cleanup);
}

const TRIES = 50;
const PAUSE_MILLISECONDS = 20;

/**
 * Removes a folder synchronously, if it exists. Repeats if a child process, or a pending write of this one, adds a file
 * meanwhile; `rmSync` retries do not see new files.
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

/** Runs `work` with a new temporary folder, which is removed afterwards and at exit. */
export async function withTemporaryFolder<T>(name: string, work: (folder: string) => Promise<T>): Promise<T> {
  // Synchronous, so that no signal finds a folder without a cleanup.
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
