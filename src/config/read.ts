import { readFile, realpath, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { AutosplitError } from '../util/error.js';
import { type Environment, interpolate } from './interpolate.js';
import { type Located, type LocatedMap, type Source, valueAt } from './located.js';
import { mergeMaps, without } from './merge.js';
import { importConfig } from './module.js';
import { normalised } from './normalised.js';
import { parseText } from './parse.js';
import { fromPlain } from './plain-value.js';
import { problemAt, throwProblems } from './problem.js';

const MODULES = ['.js', '.mjs', '.ts'];
const TEXTS = ['.yaml', '.yml', '.json'];

/**
 * Reads a config file, merges the configs that it extends and fills in the environment. Calls `read` with the path of
 * each file.
 */
export async function readConfig(
  file: string,
  env: Environment,
  read: (file: string) => void = () => {},
): Promise<LocatedMap> {
  return readExtended(file, env, [], read);
}

async function readExtended(
  file: string,
  env: Environment,
  above: readonly string[],
  read: (file: string) => void,
): Promise<LocatedMap> {
  read(file);
  const own = await readFileAlone(file, env);
  const chain = [...above, await realpath(file)];
  let base: LocatedMap | undefined;
  for (const { name, at } of extendsOf(own)) {
    const target = await resolveExtended(name, at);
    const real = await realpath(target);
    if (chain.includes(real)) {
      const circle = [...chain.slice(chain.indexOf(real)), real].map((member) => path.basename(member)).join(' -> ');
      throw problemAt(at, `configs extend each other in a circle: ${circle}`);
    }
    const extended = await readExtended(target, env, chain, read);
    base = base ? mergeMaps(base, extended) : extended;
  }
  const rest = without(own, 'extends');
  return base ? mergeMaps(base, rest) : rest;
}

async function readFileAlone(file: string, env: Environment): Promise<LocatedMap> {
  const source: Source = { file, folder: path.dirname(file), invalid: 'CONFIG_INVALID' };
  const problems: AutosplitError[] = [];
  const extension = path.extname(file);
  if (![...MODULES, ...TEXTS].includes(extension)) {
    throw new AutosplitError('CONFIG_SYNTAX', `a config cannot be a ${extension || 'file without an ending'}`, {
      location: { file },
      hint: `endings: ${[...TEXTS, ...MODULES].join(', ')}`,
    });
  }
  const located = MODULES.includes(extension)
    ? moduleMap(await importConfig(file), source, problems)
    : await textMap(source);
  interpolate(located, env, problems);
  throwProblems(problems);
  return normalised(located);
}

async function textMap(source: Source): Promise<LocatedMap> {
  const text = await readFile(source.file, 'utf8').catch((cause: unknown) => {
    throw new AutosplitError('CONFIG_NOT_FOUND', 'the config cannot be read', {
      cause,
      location: { file: source.file },
    });
  });
  return parseText({ ...source, text }, 'CONFIG_SYNTAX');
}

function moduleMap(value: unknown, source: Source, problems: AutosplitError[]): LocatedMap {
  const located = fromPlain(value, source, problems);
  if (located.kind === 'map') return located;
  throwProblems(problems);
  throw problemAt({ source }, 'the default export must be an object, or a function that gives one', {
    code: 'CONFIG_SYNTAX',
  });
}

function extendsOf(own: LocatedMap): { name: string; at: Located }[] {
  const located = valueAt(own, ['extends']);
  if (!located) return [];
  const problems: AutosplitError[] = [];
  const items = located.kind === 'list' ? located.items : [located];
  const found = items.flatMap((at) => {
    if (at.kind === 'scalar' && typeof at.value === 'string' && at.value !== '') return [{ name: at.value, at }];
    problems.push(problemAt(at, '`extends` takes a path or a package, or a list of them'));
    return [];
  });
  throwProblems(problems);
  return found;
}

/** Resolves a path relative to the file that names it, or a package that is or contains a config. */
async function resolveExtended(name: string, at: Located): Promise<string> {
  const file = path.resolve(at.source.folder, name);
  if (await isFile(file)) return file;
  const hint = 'give the path of a config, starting with `./`, or the name of an installed package';
  if (/^\.{0,2}[/\\]/.test(name) || path.isAbsolute(name))
    throw problemAt(at, `there is no file ${name}`, { code: 'CONFIG_NOT_FOUND', hint });
  const require = createRequire(path.join(at.source.folder, 'config.js'));
  for (const folder of require.resolve.paths(name) ?? []) {
    for (const ending of [...TEXTS, ...MODULES]) {
      const inPackage = path.join(folder, name, `autosplit.config${ending}`);
      if (await isFile(inPackage)) return inPackage;
    }
  }
  try {
    return require.resolve(name);
  } catch (cause) {
    throw problemAt(at, `there is no file and no package ${name}`, { code: 'CONFIG_NOT_FOUND', hint, cause });
  }
}

const isFile = (file: string) =>
  stat(file).then(
    (entry) => entry.isFile(),
    () => false,
  );
