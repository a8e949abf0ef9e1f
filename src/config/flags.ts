import path from 'node:path';
import { parseDocument } from 'yaml';
import { AutosplitError } from '../util/error.js';
import type { Located, LocatedMap, Source } from './located.js';
import { mergeMaps } from './merge.js';
import { ALIASES } from './normalised.js';
import { fromPlain } from './plain-value.js';
import { throwProblems } from './problem.js';

/** A config key that a command line option sets. */
export interface FlagValue {
  /** The option as errors name it: `--memory`, `--set edge.memory`. */
  flag: string;
  /** `['edge', 'memory']` */
  path: readonly string[];
  /** As typed. Text in `[ ]` or `{ }` is YAML. */
  text: string;
}

/**
 * Command line options as a partial config. Their paths are relative to `cwd`.
 * @param file the config file, named as the place of sections that only options set
 * @throws AutosplitError USAGE if two options set the same key, or a value is not valid YAML
 */
export function flagsMap(given: readonly FlagValue[], { file, cwd }: { file: string; cwd: string }): LocatedMap {
  const flags = given.map((flag): FlagValue => ({ ...flag, path: withoutAlias(flag.path) }));
  refuseTwice(flags);
  const section: Source = { file, folder: path.dirname(file), invalid: 'CONFIG_INVALID' };
  const empty: LocatedMap = { source: section, kind: 'map', entries: new Map() };
  return flags.reduce((map, { path: keys, flag, text }) => {
    const source: Source = { file: flag, folder: cwd, invalid: 'CONFIG_INVALID' };
    const nested = keys.reduceRight<Located>(
      (value, key) => ({ ...empty, entries: new Map([[key, { key: { source }, value }]]) }),
      valueIn(text, source),
    );
    return nested.kind === 'map' ? mergeMaps(map, nested) : map;
  }, empty);
}

const withoutAlias = ([first, ...rest]: readonly string[]): string[] => [
  (Object.hasOwn(ALIASES, first) && ALIASES[first]) || first,
  ...rest,
];

function valueIn(text: string, source: Source): Located {
  // The schema decides the type, as it does for values from the environment.
  if (!/^\s*[[{]/.test(text)) return { source, kind: 'scalar', value: text, interpolated: true };
  const document = parseDocument(text, { prettyErrors: false });
  const [error] = document.errors;
  if (error) {
    const hint = 'lists and maps are YAML: `[4, 8]`, `{ weights: [4, 8] }`';
    throw new AutosplitError('USAGE', `${source.file}: \`${text}\` cannot be read: ${error.message}`, {
      hint,
      location: { file: source.file },
    });
  }
  const problems: AutosplitError[] = [];
  const value = fromPlain(document.toJS(), source, problems);
  throwProblems(problems);
  return value;
}

function refuseTwice(flags: readonly FlagValue[]): void {
  const startsWith = (long: readonly string[], short: readonly string[]) => short.every((key, i) => long[i] === key);
  flags.forEach(({ flag, path: keys }, index) => {
    const other = flags
      .slice(0, index)
      .find((before) => startsWith(keys, before.path) || startsWith(before.path, keys));
    if (other === undefined) return;
    const [outer] = [keys, other.path].sort((a, b) => a.length - b.length);
    throw new AutosplitError('USAGE', `${other.flag} and ${flag} both set \`${outer.join('.')}\``, {
      hint: 'give one of them',
    });
  });
}
