import type { Entry, Located, LocatedMap } from './located.js';
import { problemAt } from './problem.js';

/** Other names of config keys, by name. */
export const ALIASES: Readonly<Record<string, string>> = { link: 'network' };

/**
 * A config, its builds included, with each key in its one form: `model: FILE` becomes `model: { path: FILE }`, and
 * an alias becomes the key that it names.
 * @throws AutosplitError CONFIG_INVALID if a key and its alias stand side by side
 */
export function normalised(map: LocatedMap): LocatedMap {
  const entries = new Map([...map.entries].map((entry) => withoutAlias(entry, map)));
  const model = entries.get('model');
  if (model?.value.kind === 'scalar' && typeof model.value.value === 'string')
    entries.set('model', { ...model, value: asPath(model.value) });
  const builds = entries.get('builds');
  if (builds?.value.kind === 'map') {
    const variants = [...builds.value.entries].map(([name, entry]) => {
      return [name, entry.value.kind === 'map' ? { ...entry, value: normalised(entry.value) } : entry] as const;
    });
    entries.set('builds', { ...builds, value: { ...builds.value, entries: new Map(variants) } });
  }
  return { ...map, entries };
}

function withoutAlias([name, entry]: [string, Entry], { entries }: LocatedMap): [string, Entry] {
  const key = Object.hasOwn(ALIASES, name) ? ALIASES[name] : undefined;
  if (key === undefined) return [name, entry];
  if (entries.has(key))
    throw problemAt(entry.key, `\`${name}\` and \`${key}\` are two names of one key`, { hint: 'keep one of them' });
  return [key, { ...entry, alias: name }];
}

function asPath(file: Located): LocatedMap {
  const { source, span } = file;
  return { source, span, kind: 'map', entries: new Map([['path', { key: { source, span }, value: file }]]) };
}

/** A path with its first key as the config writes it, for messages. */
export function asWritten(located: Located, path: readonly string[]): string[] {
  const [first, ...rest] = path;
  return first !== undefined && located.kind === 'map' ? [writtenKey(located, first), ...rest] : [...path];
}

/** A top-level key as the config writes it, for messages. */
export const writtenKey = ({ entries }: LocatedMap, key: string): string => entries.get(key)?.alias ?? key;

/** The name of a top-level key that documentation uses: its alias, if it has one. */
export const preferredKey = (key: string): string =>
  Object.keys(ALIASES).find((alias) => ALIASES[alias] === key) ?? key;
