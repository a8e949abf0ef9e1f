import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

let root: string | undefined;

/** Folder of autosplit's package.json, from src/ and from dist/. */
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

/** Path of a compiled module in dist/, to run as a process. */
export function compiledModule(name: string): string {
  const file = path.join(packageRoot(), 'dist', name);
  if (!existsSync(file)) throw new Error(`dist/${name} is missing: run node scripts/build.mjs`);
  return file;
}

interface PackageFile {
  version: string;
  dependencies: Record<string, string>;
}

/** package.json of autosplit itself. */
export const ownPackage = (): PackageFile => JSON.parse(readFileSync(path.join(packageRoot(), 'package.json'), 'utf8'));

/** The version of a package that autosplit verifies bundles with; undefined for other packages. */
export function knownVersion(name: string): string | undefined {
  return ownPackage().dependencies[name];
}

/** The version of a package that must be known. */
export function packageVersion(name: string): string {
  const version = knownVersion(name);
  if (version === undefined) throw new Error(`package.json does not say which ${name}`);
  return version;
}
