import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { AutosplitError } from '../util/error.js';
import { packageRoot } from '../util/package.js';
import { nearest } from '../util/suggest.js';
import { contradictions } from './contradictions.js';
import { type Located, type LocatedMap, toPlain, valueAt } from './located.js';
import { parseText } from './parse.js';
import type { PresetKind, PresetOf, SourcedNumber } from './preset.js';
import { presetDigest } from './preset-digest.js';
import { collapse, toPreset } from './preset-values.js';
import { throwProblems } from './problem.js';
import { type SchemaName, validate } from './schema.js';
import { nameOf } from './schema-problems.js';

export const PRESET_KINDS: readonly PresetKind[] = ['edge', 'network', 'cloud'];

export interface LoadedPreset<K extends PresetKind = PresetKind> {
  preset: PresetOf[K];
  /** Absolute path. */
  file: string;
  numbers: SourcedNumber[];
  /** See {@link presetDigest}. */
  sha256: string;
  /** Bare values with positions, for merging. */
  located: LocatedMap;
}

const FILE_SCHEMAS: Record<PresetKind, SchemaName> = {
  edge: 'preset.schema.json#/$defs/EdgePresetFile',
  network: 'preset.schema.json#/$defs/LinkPresetFile',
  cloud: 'preset.schema.json#/$defs/CloudPresetFile',
};

/** The presets that come with autosplit. */
export const presetsFolder = (): string => path.join(packageRoot(), 'presets');

/**
 * Loads a preset by name, alias or path. Text with a slash, or that ends in .yaml, .yml or .json, is a path.
 * @param base folder that a relative path starts from
 * @throws AutosplitError PRESET_NOT_FOUND, or PRESET_INVALID with all problems of the file
 */
export function loadPreset<K extends PresetKind>(
  kind: K,
  nameOrPath: string,
  base = process.cwd(),
  folder = presetsFolder(),
): LoadedPreset<K> {
  return readPreset(
    kind,
    isPath(nameOrPath) ? presetPath(kind, path.resolve(base, nameOrPath)) : presetNamed(kind, nameOrPath, folder),
  );
}

/** All presets of a kind, by name. */
export function listPresets<K extends PresetKind>(kind: K, folder = presetsFolder()): LoadedPreset<K>[] {
  return presetFiles(kind, folder).map((file) => readPreset(kind, file));
}

const isPath = (text: string) => /[/\\]|\.(ya?ml|json)$/.test(text);

function presetPath(kind: PresetKind, file: string): string {
  if (existsSync(file) && statSync(file).isFile()) return file;
  throw new AutosplitError('PRESET_NOT_FOUND', `there is no ${kind} preset file ${file}`);
}

function presetNamed(kind: PresetKind, name: string, folder: string): string {
  const files = presetFiles(kind, folder);
  const direct = files.find((file) => nameOfFile(file) === name);
  if (direct) return direct;
  const aliases = files.map((file) => ({ file, names: aliasesIn(file) }));
  const aliased = aliases.find(({ names }) => names.includes(name));
  if (aliased) return aliased.file;
  const known = files.map(nameOfFile);
  const others = PRESET_KINDS.filter(
    (other) => other !== kind && presetFiles(other, folder).some((file) => nameOfFile(file) === name),
  );
  const near = nearest(name, [...known, ...aliases.flatMap(({ names }) => names)]);
  throw new AutosplitError('PRESET_NOT_FOUND', `there is no ${kind} preset \`${name}\``, {
    hint: [
      ...(others.length > 0 ? [`\`${name}\` is a preset of ${others.join(' and ')}`] : []),
      [near && `did you mean \`${near}\`?`, known.length > 0 && `known: ${known.join(', ')}`].filter(Boolean).join(' '),
      'or give the path of a preset file, starting with `./`',
    ].join('; '),
  });
}

/** Sorted by name. */
function presetFiles(kind: PresetKind, folder: string): string[] {
  const of = path.join(folder, kind);
  const names = existsSync(of) ? readdirSync(of).filter((name) => name.endsWith('.yaml')) : [];
  return names.sort().map((name) => path.join(of, name));
}

const nameOfFile = (file: string) => path.basename(file, '.yaml');

/** Aliases of a preset file; none if it cannot be parsed, which is reported to those who load it. */
function aliasesIn(file: string): string[] {
  try {
    const aliases = valueAt(parsePreset(file), ['aliases']);
    return aliases?.kind === 'list' ? aliases.items.map((item) => String(toPlain(item))) : [];
  } catch {
    return [];
  }
}

function parsePreset(file: string): LocatedMap {
  const source = { file, folder: path.dirname(file), invalid: 'PRESET_INVALID' as const };
  return parseText({ ...source, text: readFileSync(file, 'utf8') }, 'PRESET_INVALID');
}

function readPreset<K extends PresetKind>(kind: K, file: string): LoadedPreset<K> {
  const written = parsePreset(file);
  throwProblems(validate(written, FILE_SCHEMAS[kind]));
  const located = collapse(written);
  const preset = toPreset(kind, located);
  throwProblems(contradictions(preset, located));
  return { preset, file, numbers: sourcedNumbers(written, []), sha256: presetDigest(located), located };
}

function sourcedNumbers(located: Located, at: readonly string[]): SourcedNumber[] {
  if (located.kind !== 'map') return [];
  const [value, source] = ['value', 'source'].map((key) => valueAt(located, [key]));
  if (value && source) return [{ path: nameOf(at), value: toPlain(value), source: String(toPlain(source)) }];
  return [...located.entries].flatMap(([key, entry]) => sourcedNumbers(entry.value, [...at, key]));
}
