import type { PresetKind } from '../config/preset.js';
import { listPresets, loadPreset, PRESET_KINDS } from '../config/preset-load.js';
import { presetDetails, presetTable } from '../report/presets.js';
import { AutosplitError } from '../util/error.js';
import { printJson, say } from './print.js';

/** `autosplit presets [kind] [name]`: prints a table of presets, or one preset with the source of every number. */
export function presetsCommand(kind: string | undefined, name: string | undefined, { json }: { json: boolean }): void {
  if (kind !== undefined && !isKind(kind))
    throw new AutosplitError('USAGE', `there are no presets of kind "${kind}"`, {
      hint: `kinds are ${PRESET_KINDS.join(', ')}`,
    });
  if (kind !== undefined && name !== undefined) {
    const { preset, numbers } = loadPreset(kind, name);
    if (json) printJson([{ kind, ...preset, sources: numbers }]);
    else say(presetDetails(preset, numbers).join('\n'));
    return;
  }
  const kinds = kind === undefined ? PRESET_KINDS : [kind];
  const lists = kinds.map((each) => ({ kind: each, presets: listPresets(each).map(({ preset }) => preset) }));
  if (json) printJson([Object.fromEntries(lists.map(({ kind: each, presets }) => [each, presets]))]);
  else
    say(
      lists
        .map(({ kind: each, presets }) => [each, ...presetTable(each, presets).map((line) => `  ${line}`)].join('\n'))
        .join('\n\n'),
    );
}

const isKind = (text: string): text is PresetKind => (PRESET_KINDS as readonly string[]).includes(text);
