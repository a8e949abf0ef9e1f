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
    else say([...heading(preset), '', ...table(numbers.map(({ path, value, source }) => [path, shown(value), source]))].join('\n'));
    return;
  }
  const kinds = kind === undefined ? PRESET_KINDS : [kind];
  const lists = kinds.map((each) => ({ kind: each, presets: listPresets(each).map(({ preset }) => preset) }));
  if (json) printJson([Object.fromEntries(lists.map(({ kind: each, presets }) => [each, presets]))]);
  else say(lists.map(({ kind: each, presets }) => [each, ...table(presets.map(row)).map((line) => `  ${line}`)].join('\n')).join('\n\n'));
}

const isKind = (text: string): text is PresetKind => (PRESET_KINDS as readonly string[]).includes(text);

/** A number as written; of a table of measurements, how long it is. */
const shown = (value: unknown): string => (Array.isArray(value) && typeof value[0] === 'object' ? `${value.length} rows` : String(value));

const heading = ({ name, title, version, confidence, description, aliases = [] }: PresetCommon) => [
  `${name}: ${title} (version ${version}, ${confidence})`,
  ...(aliases.length > 0 ? [`also ${aliases.join(', ')}`] : []),
  description,
];

function row(preset: Device | NetworkPreset): string[] {
  if (!('kind' in preset))
    return [preset.name, `up ${rate(preset.uplink)}`, `down ${rate(preset.downlink)}`, `rtt ${seconds(preset.rtt)}`, preset.title];
  return [preset.name, power(preset), bytes(preset.memory), `${bytes(preset.bandwidth)}/s`, preset.title];
}

/** How fast a device is, in the words of its kind. */
function power(device: Device): string {
  if (device.kind === 'systolic') return `${device.array.rows}x${device.array.columns} at ${(device.clock / 1e6).toFixed(0)} MHz`;
  if (device.kind === 'measured') return `${device.table.length} layers measured`;
  return `${((device.peak.int8 ?? device.peak.fp32) / 1e9).toFixed(0)} GOPS`;
}

const rate = (bitsPerSecond: number) => (bitsPerSecond >= 1e6 ? `${bitsPerSecond / 1e6} Mbps` : `${bitsPerSecond / 1e3} kbps`);
