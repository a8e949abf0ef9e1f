import type { CloudPreset, EdgePreset, LinkPreset, PresetKind, PresetOf, SourcedNumber } from '../config/preset.js';
import { bytes, dollars, seconds } from '../util/format.js';
import { rate, table } from './format.js';

/** A table of presets of one kind, with their main figures. */
export function presetTable<K extends PresetKind>(kind: K, presets: readonly PresetOf[K][]): string[];
export function presetTable(kind: PresetKind, presets: readonly PresetOf[PresetKind][]): string[] {
  const { head, right } = COLUMNS[kind];
  const rows = presets.map((preset) => ('uplink' in preset ? linkRow(preset) : deviceRow(preset)));
  return table([head, ...rows], right);
}

const DEVICE = ['name', 'compute', 'bandwidth', 'memory', 'on chip'];
const COLUMNS: Record<PresetKind, { head: string[]; right: number[] }> = {
  edge: { head: [...DEVICE, 'power', ''], right: [2, 3, 4] },
  network: { head: ['name', 'uplink', 'downlink', 'rtt', 'slow day (p5 up, p95 rtt)', 'price', ''], right: [1, 2, 3] },
  cloud: { head: [...DEVICE, 'price', ''], right: [2, 3, 4] },
};

function linkRow({ name, uplink, downlink, rtt, distribution = {}, price, title }: LinkPreset): string[] {
  const bad = [
    ...(distribution.uplink ? [rate(distribution.uplink.p5)] : []),
    ...(distribution.rtt ? [seconds(distribution.rtt.p95)] : []),
  ];
  const perGigabyte = price === undefined ? '' : `${dollars(price * 1e9)}/GB`;
  return [name, rate(uplink), rate(downlink), seconds(rtt), bad.join(', '), perGigabyte, title];
}

function deviceRow(preset: EdgePreset | CloudPreset): string[] {
  const { name, bandwidth, memory, onChipMemory, title } = preset;
  const last = 'precision' in preset ? hourly(preset) : watts(preset);
  return [name, compute(preset), `${bytes(bandwidth)}/s`, bytes(memory), bytes(onChipMemory), last, title];
}

const hourly = ({ price }: CloudPreset) => (price === undefined ? '' : `${dollars(price * 3600)}/h`);
const watts = ({ power }: EdgePreset) => (power ? `${power.idle} to ${power.active} W` : '');

/** Peak throughput: multiply-accumulates per second of an array; operations per second of other devices, where one
 * multiply-accumulate is two. */
function compute(preset: EdgePreset | CloudPreset): string {
  switch (preset.kind) {
    case 'systolic': {
      const { rows, columns } = preset.array;
      return `${scaled(rows * columns * preset.clock, 'MAC/s')}, ${rows} x ${columns} ${preset.dataflow} at ${Math.round(preset.clock / 1e6)} MHz`;
    }
    case 'roofline': {
      const { peak } = preset;
      const stated = (['int8', 'fp16', 'fp32'] as const).flatMap((precision) => {
        const value = peak[precision];
        return value === undefined ? [] : [`${precision} ${scaled(value, 'OPS')}`];
      });
      return stated.join(', ');
    }
    case 'measured':
      return `${preset.table.length} layers measured`;
  }
}

function scaled(perSecond: number, unit: string): string {
  const rounded = Number(perSecond.toPrecision(3));
  const [factor, prefix] = rounded >= 1e12 ? [1e12, 'T'] : rounded >= 1e9 ? [1e9, 'G'] : [1e6, 'M'];
  return `${Number((rounded / factor).toPrecision(3))} ${prefix}${unit}`;
}

/** The details of a preset: its description, and every number with its source. */
export function presetDetails(preset: PresetOf[PresetKind], numbers: readonly SourcedNumber[]): string[] {
  const { name, title, version, confidence, description, aliases = [] } = preset;
  return [
    `${name}: ${title} (version ${version}, ${confidence})`,
    ...(aliases.length > 0 ? [`also ${aliases.join(', ')}`] : []),
    ...('kind' in preset ? [kindInWords(preset)] : []),
    description,
    '',
    ...table(numbers.map(({ path, value, source }) => [path, shown(value), source])),
  ];
}

/** A number as written; for a table of measurements, its number of rows. */
const shown = (value: unknown): string =>
  Array.isArray(value) && typeof value[0] === 'object' ? `${value.length} rows` : [value].flat().join(', ');

function kindInWords(preset: EdgePreset | CloudPreset): string {
  const facts = [
    preset.kind === 'systolic' ? `systolic, dataflow ${preset.dataflow}, ${preset.model}` : preset.kind,
    ...('precision' in preset ? [`computes in ${preset.precision}`] : []),
  ];
  return facts.join('; ');
}
