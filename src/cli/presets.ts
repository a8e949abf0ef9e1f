import type { Device, NetworkPreset, PresetCommon, PresetKind } from '../config/preset.js';
import { listPresets, loadPreset, PRESET_KINDS } from '../config/preset-load.js';
import { table } from '../report/format.js';
import { AutosplitError } from '../util/error.js';
import { bytes, seconds } from '../util/format.js';
import { printJson, say } from './print.js';

/** `autosplit presets [kind] [name]`: a list with the defining figures, or one preset with the source of every number. */
export function presetsCommand(kind: string | undefined, name: string | undefined, { json }: { json: boolean }): void {
  if (kind !== undefined && !isKind(kind))
    throw new AutosplitError('USAGE', `there are no presets of kind "${kind}"`, { hint: `kinds are ${PRESET_KINDS.join(', ')}` });
  if (kind !== undefined && name !== undefined) {
    const { preset, numbers } = loadPreset(kind, name);
    if (json) printJson([{ kind, ...preset, sources: numbers }]);
    else say([...heading(preset), '', ...table(numbers.map(({ path, value, source }) => [path, String(value), source]))].join('\n'));
    return;
  }
  const kinds = kind === undefined ? PRESET_KINDS : [kind];
  const lists = kinds.map((each) => ({ kind: each, presets: listPresets(each).map(({ preset }) => preset) }));
  if (json) printJson([Object.fromEntries(lists.map(({ kind: each, presets }) => [each, presets]))]);
  else say(lists.map(({ kind: each, presets }) => [each, ...table(presets.map(row)).map((line) => `  ${line}`)].join('\n')).join('\n\n'));
}

const isKind = (text: string): text is PresetKind => (PRESET_KINDS as readonly string[]).includes(text);

const heading = ({ name, title, version, confidence, description, aliases = [] }: PresetCommon) => [
  `${name}: ${title} (version ${version}, ${confidence})`,
  ...(aliases.length > 0 ? [`also ${aliases.join(', ')}`] : []),
  description,
];

function row(preset: Device | NetworkPreset): string[] {
  if (!('kind' in preset))
    return [preset.name, `up ${rate(preset.uplink)}`, `down ${rate(preset.downlink)}`, `rtt ${seconds(preset.rtt)}`, preset.title];
  const peak =
    preset.kind === 'systolic'
      ? `${preset.array.rows}x${preset.array.columns} at ${(preset.clock / 1e6).toFixed(0)} MHz`
      : `${((preset.peak.int8 ?? preset.peak.fp32) / 1e9).toFixed(0)} GOPS`;
  return [preset.name, peak, bytes(preset.memory), `${bytes(preset.bandwidth)}/s`, preset.title];
}

const rate = (bitsPerSecond: number) => (bitsPerSecond >= 1e6 ? `${bitsPerSecond / 1e6} Mbps` : `${bitsPerSecond / 1e3} kbps`);
