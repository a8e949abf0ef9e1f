import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { glob } from 'tinyglobby';
import { BUILT_IN, modelTarget, referenceCloud, referenceEdge } from '../targets/index.js';
import type { AutosplitError } from '../util/error.js';
import { relativePath } from '../util/files.js';
import { nearest } from '../util/suggest.js';
import { absolute } from './existing.js';
import { type Located, locationOf, toPlain } from './located.js';
import type { ResolvedDevice } from './preset.js';
import { problemAt } from './problem.js';
import type { TargetModule } from './resolved.js';
import { isA } from './samples.js';

/** A target by name, with its module unless it is a target of autosplit. */
export interface ResolvedTarget {
  target: string;
  targetModule?: TargetModule;
}

/**
 * The default edge target: the first one that the preset lists; the modelled device if the list is empty, and for a
 * systolic array without a list; else the reference for native kernels.
 */
export function defaultTarget({ kind, targets }: ResolvedDevice['edge']): string {
  const [first] = targets ?? (kind === 'systolic' ? [] : [referenceEdge('native').name]);
  return first ?? modelTarget().name;
}

/**
 * Resolves `edge.target` or `cloud.target` without running it: a target of autosplit; a path of a module or package
 * folder, relative to the file that names it; or an installed package, by its name or as autosplit-target-NAME.
 */
export async function resolveTarget(
  side: 'edge' | 'cloud',
  located: Located | undefined,
  root: string,
  problems: AutosplitError[],
  byDefault: string = (side === 'edge' ? referenceEdge('native') : referenceCloud()).name,
): Promise<ResolvedTarget | undefined> {
  const name = located === undefined ? byDefault : String(toPlain(located));
  if (located === undefined || BUILT_IN[side].includes(name)) return { target: name };
  const refuse = (message: string, tried: string) => {
    const near = nearest(name, BUILT_IN[side]);
    const hint = `${near === undefined ? '' : `did you mean \`${near}\`? `}targets of the ${side} side: ${BUILT_IN[side].join(', ')}; ${tried}`;
    problems.push(problemAt(located, `\`${side}.target\`: ${message}`, { code: 'TARGET_INVALID', hint }));
    return undefined;
  };
  const other = side === 'edge' ? 'cloud' : 'edge';
  if (BUILT_IN[other].includes(name))
    return refuse(`"${name}" is a target of the ${other} side`, 'or the name or path of a package');
  const location = locationOf(located);
  if (/^\.{1,2}[/\\]/.test(name) || path.isAbsolute(name)) {
    const file = absolute(located);
    const target = relativePath(root, file);
    if (await isA('file', file))
      return {
        target,
        targetModule: {
          specifier: file,
          from: path.dirname(file),
          folder: path.dirname(file),
          files: [file],
          location,
        },
      };
    if (existsSync(path.join(file, 'package.json')))
      return {
        target,
        targetModule: { ...(await packageAt(file)), specifier: file, from: path.dirname(file), location },
      };
    return refuse(`there is no file and no package at ${name}`, `looked for ${file}`);
  }
  const names = [name, conventional(name)];
  for (const specifier of names) {
    const folder = packageFolder(specifier, located.source.folder);
    if (folder === undefined) continue;
    return {
      target: name,
      targetModule: { ...(await packageAt(folder)), specifier, from: located.source.folder, location },
    };
  }
  return refuse(
    `there is no ${side} target "${name}"`,
    `looked for the packages ${names.join(' and ')} from ${located.source.folder}; a path starts with ./`,
  );
}

/** `firmware` as `autosplit-target-firmware`, `@acme/firmware` as `@acme/autosplit-target-firmware`. */
const conventional = (name: string): string => name.replace(/^(@[^/]+\/)?/, '$1autosplit-target-');

/** Folder of an installed package, resolved from a folder. Subpaths of the specifier are ignored. */
function packageFolder(specifier: string, from: string): string | undefined {
  const name = /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0];
  if (name === undefined) return undefined;
  const places = createRequire(path.join(from, 'config.js')).resolve.paths(name) ?? [];
  return places.map((place) => path.join(place, name)).find((folder) => existsSync(path.join(folder, 'package.json')));
}

/** Name, version and files of a package, without node_modules and hidden files. */
async function packageAt(folder: string): Promise<Pick<TargetModule, 'name' | 'version' | 'folder' | 'files'>> {
  // Resolve symbolic links of linked packages.
  const real = realpathSync(folder);
  const { name, version } = packageFile(path.join(real, 'package.json'));
  const found = await glob('**/*', {
    cwd: real,
    absolute: true,
    onlyFiles: true,
    ignore: ['**/node_modules/**'],
    followSymbolicLinks: false,
  });
  return {
    ...(typeof name === 'string' && { name }),
    ...(typeof version === 'string' && { version }),
    folder: real,
    files: found.map((file) => path.resolve(file)).sort(),
  };
}

/** The content of a package.json; empty if it is invalid, which is reported when the target is run. */
function packageFile(file: string): { name?: unknown; version?: unknown } {
  try {
    const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return typeof parsed === 'object' && parsed !== null ? parsed : {};
  } catch {
    return {};
  }
}
