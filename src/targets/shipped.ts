import { readFileSync } from 'node:fs';
import path from 'node:path';
import { canonicalJson } from '../util/files.js';
import { packageRoot, packageVersion } from '../util/package.js';

/** Compiled runtime code that bundles are made of (dist/runtime). */
export const runtimeCode = (
  name: 'edge.mjs' | 'server.mjs' | 'web/edge.mjs' | 'web/edge-cloud-only.mjs' | 'web/unpack-worker.mjs',
): string => readFileSync(path.join(packageRoot(), 'dist/runtime', name), 'utf8');

/** A README of src/targets, by its path there, with its `{{words}}` filled in. */
export function readme(file: string, words: Readonly<Record<string, string>>): string {
  const text = readFileSync(path.join(packageRoot(), 'dist/targets', file), 'utf8');
  return text.replaceAll(/\{\{(\w+)\}\}/g, (_, word: string) => {
    if (!(word in words)) throw new Error(`src/targets/${file} names ${word}, which nobody fills in`);
    return words[word];
  });
}

/** package.json of a side, with the packages that it imports at the versions of autosplit. */
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
