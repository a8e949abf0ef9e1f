import { appendFileSync, cpSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from '../util/temporary.js';

/**
 * A copy of both examples with their bundles; the folder of the one for browsers. Packages are found as in a project of
 * a user.
 */
export function pageProject(files: Readonly<Record<string, string>> = {}): string {
  const folder = temporaryFolder(
    Object.fromEntries(Object.entries(files).map(([name, text]) => [`browser/${name}`, text])),
  );
  for (const name of ['browser/autosplit', 'browser/autosplit.config.yaml', 'license-plates']) {
    cpSync(path.join('examples', name), path.join(folder, name), {
      recursive: true,
      filter: (file) => !file.includes('node_modules'),
    });
  }
  return path.join(folder, 'browser');
}

/** Changes a file of the project by a byte that means nothing. */
export const touch = (...at: string[]): void => appendFileSync(path.join(...at), '\n');
