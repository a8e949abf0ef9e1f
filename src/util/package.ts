import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

let root: string | undefined;

/** Folder of autosplit's own package.json, from its sources as from dist/. */
export function packageRoot(): string {
  if (root !== undefined) return root;
  for (let folder = path.dirname(fileURLToPath(import.meta.url)); ; folder = path.dirname(folder)) {
    const file = path.join(folder, 'package.json');
    if (existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).name === 'autosplit') {
      root = folder;
      return root;
    }
    if (folder === path.dirname(folder)) throw new Error('the package.json of autosplit is missing');
  }
}

/** A compiled module of this package, for processes of its own: from dist/, whether the caller runs compiled or from its source. */
export function compiledModule(name: string): string {
  const file = path.join(packageRoot(), 'dist', name);
  if (!existsSync(file)) throw new Error(`dist/${name} is missing: run node scripts/build.mjs`);
  return file;
}
