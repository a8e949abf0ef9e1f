/**
 * UserConfig      as written, in one file
 *   |  extends, environment, builds                 read.ts, interpolate.ts, merge.ts
 *   |  overrides, options of the command line       override.ts, flags.ts
 * MergedConfig    one build, as written; every value has its position (located.ts)
 *   |  schemas/config.schema.json                   schema.ts, schema-problems.ts
 *   |  presets, units, paths, globs                 device.ts, samples.ts, resolve.ts
 * ResolvedConfig  SI numbers, absolute paths
 */
import path from 'node:path';
import { AutosplitError } from '../util/error.js';
import { suggestionAmong } from '../util/suggest.js';
import { findConfig } from './discover.js';
import type { Effort } from './effort-level.js';
import { type FlagValue, flagsMap } from './flags.js';
import type { Environment } from './interpolate.js';
import { type LocatedMap, valueAt } from './located.js';
import { mergeMaps, without } from './merge.js';
import type { ConfigOverrides } from './merged.js';
import { normalised } from './normalised.js';
import { idleOverrides, override } from './override.js';
import { fromPlain } from './plain-value.js';
import { problemAt, throwProblems } from './problem.js';
import { readConfig } from './read.js';
import { resolveConfig } from './resolve.js';
import type { ResolvedConfig } from './resolved.js';
import { validate } from './schema.js';

export { type ConfigOverrides, defineConfig, type MergedConfig, type UserConfig } from './merged.js';

export interface LoadOptions {
  cwd: string;
  /** Path of the config, relative to `cwd`; by default it is searched for. */
  config?: string;
  /** Loads only this build. */
  build?: string;
  /** Variables for `${NAME}`. @default process.env */
  env?: Environment;
  /** Takes precedence over every build. A preset replaces the device or link of the config, including its numbers. */
  overrides?: ConfigOverrides;
  /** Takes precedence over the config and `overrides`. */
  effort?: Effort;
  /** The effort of a build by its output folder, if nothing else states it. @default 'normal' */
  effortOf?: (output: string) => Promise<Effort | undefined>;
  /** Command line options; they take precedence over `overrides`. */
  flags?: readonly FlagValue[];
  /** Folder of named presets. @default the presets of autosplit */
  presets?: string;
}

/**
 * Finds, merges, validates and resolves a config: one result per build, or one named `default` if the config has no
 * `builds`.
 * @throws AutosplitError with all errors in `problems`, each with file, line and column if known
 */
export async function loadConfig(options: LoadOptions): Promise<ResolvedConfig[]> {
  const { config, build, env = process.env, presets, effortOf } = options;
  const file = await findConfig(path.resolve(options.cwd), config);
  const files: string[] = [];
  const written = await readConfig(file, env, (path) => files.push(path));
  const over = overridesMap(options, file);
  throwProblems(validate(override(written, over), 'config.schema.json'));
  const variants = selectBuilds(written, build);
  const base = without(written, 'builds', '$schema');
  const merged = variants.map(({ name, variant }) => ({
    name,
    config: override(variant ? mergeMaps(base, variant) : base, over),
  }));
  throwProblems(merged.flatMap((one) => validate(one.config, 'config.schema.json#/$defs/Complete')));
  const problems: AutosplitError[] = [];
  const resolved: (ResolvedConfig | undefined)[] = [];
  for (const one of merged) {
    const context = { name: one.name, file, files, isVariant: written.entries.has('builds'), presets, effortOf };
    resolved.push(await resolveConfig(one.config, context, problems));
  }
  throwProblems(problems);
  return resolved.filter((one) => one !== undefined);
}

function overridesMap({ overrides = {}, effort, flags = [], cwd: folder }: LoadOptions, file: string): LocatedMap {
  const cwd = path.resolve(folder);
  const problems: AutosplitError[] = [];
  const source = { file: path.join(cwd, 'overrides'), folder: cwd, invalid: 'CONFIG_INVALID' as const };
  const located = fromPlain({ ...overrides, ...(effort && { effort }) }, source, problems);
  throwProblems(problems);
  if (located.kind !== 'map') throw problemAt({ source }, 'overrides must be keys and values');
  const all = mergeMaps(normalised(located), normalised(flagsMap(flags, { file, cwd })));
  throwProblems(idleOverrides(all));
  return all;
}

interface Variant {
  name: string;
  variant?: LocatedMap;
}

function selectBuilds(written: LocatedMap, wanted: string | undefined): Variant[] {
  const builds = valueAt(written, ['builds']);
  const all: Variant[] = [];
  if (builds?.kind !== 'map') all.push({ name: 'default' });
  else {
    throwProblems(sameFolder(builds));
    for (const [name, { value }] of builds.entries) if (value.kind === 'map') all.push({ name, variant: value });
  }
  if (wanted === undefined) return all;
  const chosen = all.filter(({ name }) => name === wanted);
  if (chosen.length > 0) return chosen;
  const names = all.map(({ name }) => name);
  throw new AutosplitError('USAGE', `there is no build \`${wanted}\``, { hint: suggestionAmong(wanted, names) });
}

/** Build names that share a folder on a case-insensitive file system. */
function sameFolder(builds: LocatedMap): AutosplitError[] {
  const names = [...builds.entries.keys()];
  return names.flatMap((name, index) => {
    const twin = names.slice(0, index).find((other) => other.toLowerCase() === name.toLowerCase());
    const entry = builds.entries.get(name);
    return twin && entry
      ? [problemAt(entry.key, `the builds ${twin} and ${name} would share one folder on some systems`)]
      : [];
  });
}
