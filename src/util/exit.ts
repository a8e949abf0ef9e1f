import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Runs `cleanup`, which must be synchronous, should the process exit before the function that this gives is called. */
export function cleanUpAtExit(cleanup: () => void): () => void {
  process.on('exit', cleanup);
  return () => process.off('exit', cleanup);
}

/** Removes a folder now, if it is there. A child that still writes there may need a second try. */
export function removeNow(folder: string): void {
  if (existsSync(folder)) rmSync(folder, { recursive: true, force: true, maxRetries: 3, retryDelay: 20 });
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
