import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Cache, noCache, openCache } from '../util/cache.js';
import { ownPackage, packageRoot } from '../util/package.js';

/** Opens the cache of a project; no cache if `enabled` is false or AUTOSPLIT_CACHE is `off`. */
export function projectCache(root: string, enabled: boolean, environment: NodeJS.ProcessEnv = process.env): Cache {
  return enabled && environment.AUTOSPLIT_CACHE !== 'off'
    ? openCache(cacheFolder(root, environment), { version: codeVersion() })
    : noCache;
}

/**
 * Folder of the cache: AUTOSPLIT_CACHE; else `.cache/autosplit` in the nearest node_modules from the project upwards,
 * like other build tools; else in the user's cache folder (XDG_CACHE_HOME).
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
 * Identifies what computes results: the code, the versions of its packages, and the processor, which decides the last
 * bits of float convolutions. Entries of another version are not used.
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

/** Folder of the running code: dist/ if compiled, else src/. */
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
