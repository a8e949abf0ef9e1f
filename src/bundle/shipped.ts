import { readFileSync } from 'node:fs';
import path from 'node:path';
import { canonicalJson } from '../util/files.js';
import { packageRoot } from '../util/package.js';

/** Compiled runtime code that bundles are made of (dist/runtime). */
export const runtimeCode = (
  name: 'edge.mjs' | 'server.mjs' | 'web/edge.mjs' | 'web/edge-cloud-only.mjs' | 'web/unpack-worker.mjs',
): string => readFileSync(path.join(packageRoot(), 'dist/runtime', name), 'utf8');

/** A file of templates/ with its `{{words}}` filled in. */
export function template(name: string, words: Readonly<Record<string, string>>): string {
  const text = readFileSync(path.join(packageRoot(), 'templates', name), 'utf8');
  return text.replaceAll(/\{\{(\w+)\}\}/g, (_, word: string) => {
    if (!(word in words)) throw new Error(`templates/${name} names ${word}, which nobody fills in`);
    return words[word];
  });
}

interface PackageFile {
  version: string;
  dependencies: Record<string, string>;
}

/** package.json of autosplit itself. */
export const ownPackage = (): PackageFile => JSON.parse(readFileSync(path.join(packageRoot(), 'package.json'), 'utf8'));

/** The version of a package that autosplit verifies bundles with; undefined for one that it does not know. */
export function knownVersion(name: string): string | undefined {
  return ownPackage().dependencies[name];
}

/** The same for one that it must know. */
export function packageVersion(name: string): string {
  const version = knownVersion(name);
  if (version === undefined) throw new Error(`package.json does not say which ${name}`);
  return version;
}

/** package.json of a bundle half: the packages it imports, at the versions autosplit verified it with. */
export function packageJson(
  name: string,
  main: string,
  packages: readonly string[],
  engines: Record<string, string> = { node: '>=20.19' },
): string {
  return canonicalJson({
    name: name.toLowerCase().replaceAll(/[^a-z0-9-]/g, '-'),
    version: '0.0.0',
    private: true,
    type: 'module',
    main,
    ...(Object.keys(engines).length > 0 && { engines }),
    dependencies: Object.fromEntries(packages.map((dependency) => [dependency, packageVersion(dependency)])),
  });
}
