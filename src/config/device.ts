import { AutosplitError } from '../util/error.js';
import { contradictions } from './contradictions.js';
import { type Located, type LocatedMap, toPlain, valueAt } from './located.js';
import { mergeMaps, without } from './merge.js';
import type { PresetKind, PresetOf } from './preset.js';
import { loadPreset } from './preset-load.js';
import { ascending, collapse, toPreset } from './preset-values.js';
import { collect, problemAt } from './problem.js';
import { type SchemaName, validate } from './schema.js';

const MERGED_SCHEMAS: Record<PresetKind, SchemaName> = {
  edge: 'preset.schema.json#/$defs/EdgeDevice',
  network: 'preset.schema.json#/$defs/NetworkDevice',
  cloud: 'preset.schema.json#/$defs/CloudDevice',
};

/** The preset that a section of the config names, with what the section says otherwise; or the device that it describes by itself. */
export function resolveDevice<K extends PresetKind>(
  kind: K,
  section: LocatedMap,
  folder: string | undefined,
  problems: AutosplitError[],
): PresetOf[K] | undefined {
  const name = valueAt(section, ['preset']);
  const own = collapse(without(section, 'preset', 'target', 'bits'));
  if (name?.kind !== 'scalar') {
    if (own.entries.size === 0) {
      problems.push(
        problemAt(section, `\`${kind}\` names no device`, { hint: `set \`${kind}.preset\`; \`autosplit presets ${kind}\` lists them` }),
      );
      return undefined;
    }
    const bits = section.entries.get('bits');
    return finish(kind, bits ? { ...own, entries: new Map([...own.entries, ['bits', bits]]) } : own, problems);
  }
  const loaded = collect(problems, () => {
    try {
      return loadPreset(kind, String(name.value), name.source.folder, folder);
    } catch (error) {
      // A name that is not known is wrong where it was written; a broken file has places of its own.
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
  return finish(kind, mergeMaps(loaded.located, own), problems);
}

function finish<K extends PresetKind>(kind: K, merged: LocatedMap, problems: AutosplitError[]): PresetOf[K] | undefined {
  const found = validate(merged, MERGED_SCHEMAS[kind], [kind]);
  problems.push(...found);
  if (found.length > 0) return undefined;
  const preset = toPreset(kind, merged);
  problems.push(...contradictions(preset, merged));
  return preset;
}

function placed(error: unknown, name: Located): unknown {
  if (!(error instanceof AutosplitError) || error.code !== 'PRESET_NOT_FOUND') return error;
  return problemAt(name, error.message, { code: error.code, hint: error.hint });
}

const WIRE_BITS = [2, 3, 4, 5, 6, 8];

export interface BitChoices {
  weights: number[];
  activations: number[];
  wire: number[];
}

/** Bit-widths to choose from, ascending: those of the preset, or those of them that the config keeps. */
export function resolveBits(section: LocatedMap, preset: PresetOf['edge'], problems: AutosplitError[]): BitChoices {
  const chosen = (key: keyof BitChoices, allowed: readonly number[] | undefined): number[] | undefined => {
    const located = valueAt(section, ['bits', key]);
    if (located?.kind !== 'list') return undefined;
    for (const item of located.items) {
      const width = Number(toPlain(item));
      if (!allowed || allowed.includes(width)) continue;
      const hint = `\`edge.bits\` narrows what the preset allows: ${allowed.join(', ')}`;
      problems.push(problemAt(item, `${preset.name} has no ${width}-bit ${key}`, { hint }));
    }
    return ascending(located.items.map((item) => Number(toPlain(item))));
  };
  return {
    weights: chosen('weights', preset.bits.weights) ?? preset.bits.weights,
    activations: chosen('activations', preset.bits.activations) ?? preset.bits.activations,
    wire: chosen('wire', undefined) ?? WIRE_BITS,
  };
}
