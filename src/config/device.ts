import { AutosplitError } from '../util/error.js';
import { contradictions } from './contradictions.js';
import { type Located, type LocatedMap, toPlain, valueAt } from './located.js';
import { mergeMaps, without } from './merge.js';
import type { PresetKind, PresetOrigin, ResolvedDevice, SourcedNumber } from './preset.js';
import { loadPreset } from './preset-load.js';
import { collapse, toPreset, toTableDevice } from './preset-values.js';
import { collect, problemAt } from './problem.js';
import { type SchemaName, validate } from './schema.js';
import { sourcesOf } from './sources.js';
import { withMovedSpread } from './spread.js';

const MERGED_SCHEMAS: Record<PresetKind, SchemaName> = {
  edge: 'preset.schema.json#/$defs/EdgeDevice',
  network: 'preset.schema.json#/$defs/LinkDevice',
  cloud: 'preset.schema.json#/$defs/CloudDevice',
};

const TABLE_SCHEMAS: Partial<Record<PresetKind, SchemaName>> = {
  edge: 'preset.schema.json#/$defs/EdgeTable',
  cloud: 'preset.schema.json#/$defs/CloudTable',
};

/** A section of the config and the key that it stands under, as written. */
export interface Section {
  key: string;
  section: LocatedMap;
}

export interface DeviceAndOrigin<K extends PresetKind> {
  preset: ResolvedDevice[K];
  /** Undefined if the config names no preset. */
  origin?: PresetOrigin;
  /** The source of each number. */
  sources: SourcedNumber[];
  /** Path of the preset file. */
  file?: string;
}

/**
 * The device or link of a section: a preset with the section's overrides, or a description without a preset.
 */
export function resolveDevice<K extends PresetKind>(
  kind: K,
  { section, key }: Section,
  folder: string | undefined,
  problems: AutosplitError[],
): DeviceAndOrigin<K> | undefined {
  const name = valueAt(section, ['preset']);
  const written = without(section, ...NOT_OF_THE_DEVICE);
  const own = collapse(written);
  if (name?.kind !== 'scalar') return resolveOwn(kind, { section, key }, written, problems);
  const loaded = collect(problems, () => {
    try {
      return loadPreset(kind, String(name.value), name.source.folder, folder);
    } catch (error) {
      // Report an unknown name where the config states it. Errors in a preset file have their own places.
      throw placed(error, name);
    }
  });
  if (!loaded) return undefined;
  const deviceKind = valueAt(own, ['kind']);
  if (deviceKind && 'kind' in loaded.preset && toPlain(deviceKind) !== loaded.preset.kind) {
    problems.push(
      problemAt(deviceKind, `the preset ${loaded.preset.name} is of kind ${loaded.preset.kind}`, {
        hint: 'describe a device of another kind without `preset`',
      }),
    );
    return undefined;
  }
  const merged = mergeMaps(loaded.located, own);
  const moved = (preset: ResolvedDevice[K]) =>
    'uplink' in preset && 'uplink' in loaded.preset
      ? { ...preset, ...withMovedSpread(preset, loaded.preset, merged, own) }
      : preset;
  const preset = finish(merged, MERGED_SCHEMAS[kind], () => moved(toPreset(kind, merged)), key, problems);
  const { name: canonical, version } = loaded.preset;
  const origin = { name: canonical, version, sha256: loaded.sha256 };
  return preset && { preset, origin, sources: sourcesOf(loaded.numbers, written, canonical), file: loaded.file };
}

/** Keys of a section that presets do not have. */
const NOT_OF_THE_DEVICE = ['preset', 'target', 'bits', 'latency', 'percentile', 'trace'];

function resolveOwn<K extends PresetKind>(
  kind: K,
  { section, key }: Section,
  described: LocatedMap,
  problems: AutosplitError[],
): DeviceAndOrigin<K> | undefined {
  const own = collapse(described);
  const bits = section.entries.get('bits');
  const withBits = (map: LocatedMap) => (bits ? { ...map, entries: new Map([...map.entries, ['bits', bits]]) } : map);
  const whole = withBits(own);
  const table = TABLE_SCHEMAS[kind];
  if (table && section.entries.has('latency') && !own.entries.has('kind')) {
    const preset = finish(whole, table, () => toTableDevice(kind, whole), key, problems);
    return preset && { preset, sources: sourcesOf([], withBits(described)) };
  }
  if (own.entries.size === 0) {
    problems.push(
      problemAt(section, `\`${key}\` names no device`, {
        hint: `set \`${key}.preset\`; \`autosplit presets ${kind}\` lists them`,
      }),
    );
    return undefined;
  }
  const preset = finish(whole, MERGED_SCHEMAS[kind], () => toPreset(kind, whole), key, problems);
  return preset && { preset, sources: sourcesOf([], withBits(described)) };
}

/** Validates bare values against their schema and for contradictions, and reads them as a device. */
function finish<Device extends ResolvedDevice[PresetKind]>(
  merged: LocatedMap,
  schema: SchemaName,
  read: () => Device,
  key: string,
  problems: AutosplitError[],
): Device | undefined {
  const found = validate(merged, schema, [key]);
  problems.push(...found);
  if (found.length > 0) return undefined;
  const preset = read();
  problems.push(...contradictions(preset, merged));
  return preset;
}

function placed(error: unknown, name: Located): unknown {
  if (!(error instanceof AutosplitError) || error.code !== 'PRESET_NOT_FOUND') return error;
  return problemAt(name, error.message, { code: error.code, hint: error.hint });
}
