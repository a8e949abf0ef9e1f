import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Cache, noCache, openCache } from '../util/cache.js';
import { ownPackage, packageRoot } from '../util/package.js';

/** The cache of a project; none where `enabled` is false. `AUTOSPLIT_CACHE` names another folder, or is `off`. */
export function projectCache(root: string, enabled: boolean, environment: NodeJS.ProcessEnv = process.env): Cache {
  return enabled && environment.AUTOSPLIT_CACHE !== 'off'
    ? openCache(cacheFolder(root, environment), { version: codeVersion() })
    : noCache;
}

/**
 * Where entries are: AUTOSPLIT_CACHE, else `.cache/autosplit` in the nearest node_modules from the project upwards, as
 * other build tools have it, else the user's cache folder (XDG_CACHE_HOME).
 */
export function cacheFolder(root: string, environment: NodeJS.ProcessEnv): string {
  const { AUTOSPLIT_CACHE: named, XDG_CACHE_HOME: users } = environment;
  if (named) return path.resolve(named);
  for (let folder = path.resolve(root); ; folder = path.dirname(folder)) {
    const modules = path.join(folder, 'node_modules');
    if (existsSync(modules)) return path.join(modules, '.cache/autosplit');
    if (folder === path.dirname(folder)) break;
  }
  return path.join(users || path.join(homedir(), '.cache'), 'autosplit');
}

let version: Record<string, string> | undefined;

/**
 * What computes: the code itself, the versions below it, and the processor, whose last bits of a float convolution are
 * its own. An entry of anything else is not used, wherever a cache was copied from.
 */
function codeVersion(): Record<string, string> {
  version ??= {
    code: codeDigest(codeFolder()),
    autosplit: ownPackage().version,
    onnxruntime: installedVersion('onnxruntime-node'),
    sharp: installedVersion('sharp'),
    node: process.versions.node,
    machine: [process.platform, process.arch, cpus()[0]?.model ?? ''].join(' '),
  };
  return version;
}

/** The folder of all code: dist/ where this module is compiled, src/ where it runs from its source. */
function codeFolder(): string {
  const [folder] = path.relative(packageRoot(), fileURLToPath(import.meta.url)).split(path.sep);
  return path.join(packageRoot(), folder);
}

/** Digest of all code in a folder. */
function codeDigest(folder: string): string {
  const hash = createHash('sha256');
  const isCode = /\.(?:js|mjs|ts)$/;
  const isOther = /\.(?:bench\.mjs|d\.ts)$/;
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (file) => isCode.test(file) && !isOther.test(file),
  );
  for (const file of files.sort()) hash.update(file).update(readFileSync(path.join(folder, file)));
  return hash.digest('hex');
}

function installedVersion(name: string): string {
  const require = createRequire(path.join(packageRoot(), 'package.json'));
  for (const folder of require.resolve.paths(name) ?? []) {
    const file = path.join(folder, name, 'package.json');
    if (existsSync(file)) return String(JSON.parse(readFileSync(file, 'utf8')).version);
  }
  return ownPackage().dependencies[name];
}
