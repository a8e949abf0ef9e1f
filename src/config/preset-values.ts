import type { AutosplitError } from '../util/error.js';
import { parseQuantity, type Quantity } from '../util/units.js';
import { type Located, type LocatedMap, toPlain, valueAt } from './located.js';
import { toMeasured, type WrittenMeasured } from './measured-values.js';
import type { Device, PresetCommon, PresetKind, PresetOf } from './preset.js';
import { problemAt } from './problem.js';

/** `{ value, source }` replaced by the value, all the way down. */
export function collapse(map: LocatedMap): LocatedMap {
  const entries = [...map.entries].map(([key, entry]) => [key, { ...entry, value: bare(entry.value) }] as const);
  return { ...map, entries: new Map(entries) };
}

function bare(located: Located): Located {
  if (located.kind !== 'map') return located;
  const value = located.entries.get('value')?.value;
  return value && located.entries.has('source') ? value : collapse(located);
}

/** A quantity that has been validated. */
export type Written = string | number;

interface WrittenDevice extends Partial<PresetCommon>, WrittenMeasured {
  kind: Device['kind'];
  memory: Written;
  onChipMemory: Written;
  bandwidth: Written;
  array: { rows: number; columns: number };
  dataflow: 'os' | 'ws' | 'is';
  clock: Written;
  sram: Record<'ifmap' | 'filter' | 'ofmap', Written>;
  peak: { fp32: Written } & Partial<Record<'fp16' | 'int8' | 'int4', Written>>;
  efficiency: { default: Written } & Record<string, Written>;
  overhead: Written;
  bits: { weights: number[]; activations: number[] };
  precision: 'fp32' | 'fp16' | 'int8';
}

interface WrittenNetwork extends Partial<PresetCommon> {
  uplink: Written;
  downlink?: Written;
  rtt?: Written;
  messageOverhead?: Written;
  mtu?: Written;
  packetOverhead?: Written;
}

/** A preset in SI units, out of bare values that have been validated against schemas/preset.schema.json. */
export function toPreset<K extends PresetKind>(kind: K, located: LocatedMap): PresetOf[K];
export function toPreset(kind: PresetKind, located: LocatedMap): PresetOf[PresetKind] {
  const written = toPlain(located);
  if (kind === 'network') return toNetwork(written as WrittenNetwork);
  const device = written as WrittenDevice;
  if (kind === 'cloud') return { ...toDevice(device), precision: device.precision };
  const { weights, activations } = device.bits;
  return { ...toDevice(device), bits: { weights: ascending(weights), activations: ascending(activations) } };
}

export const ascending = (bits: readonly number[]): number[] => [...bits].sort((a, b) => a - b);

/** What a device or link given without a preset is called. */
function toCommon({
  name = 'custom',
  aliases,
  title = name,
  version = 1,
  confidence = 'derived',
  description = '',
}: Partial<PresetCommon>): PresetCommon {
  return { name, ...(aliases && { aliases }), title, version, confidence, description };
}

function toDevice(written: WrittenDevice): Device {
  const common = {
    ...toCommon(written),
    memory: si(written.memory, 'bytes'),
    onChipMemory: si(written.onChipMemory, 'bytes'),
    bandwidth: si(written.bandwidth, 'bytesPerSecond'),
  };
  if (written.kind === 'systolic') {
    const { array, dataflow, clock, sram } = written;
    const { rows, columns } = array;
    return {
      ...common,
      kind: 'systolic',
      array: { rows, columns },
      dataflow,
      clock: si(clock, 'hertz'),
      sram: { ifmap: si(sram.ifmap, 'bytes'), filter: si(sram.filter, 'bytes'), ofmap: si(sram.ofmap, 'bytes') },
      model: 'scale-sim-v2',
    };
  }
  if (written.kind === 'measured') return { ...common, kind: 'measured', ...toMeasured(written) };
  return {
    ...common,
    kind: 'roofline',
    peak: allSi(written.peak, 'operationsPerSecond'),
    efficiency: { ...allSi(written.efficiency, 'ratio'), default: si(written.efficiency.default, 'ratio') },
    overhead: si(written.overhead, 'seconds'),
  };
}

function toNetwork({
  uplink,
  downlink = uplink,
  rtt = '0 s',
  messageOverhead = '0 B',
  mtu,
  packetOverhead,
  ...common
}: WrittenNetwork): PresetOf['network'] {
  return {
    ...toCommon(common),
    uplink: si(uplink, 'bitsPerSecond'),
    downlink: si(downlink, 'bitsPerSecond'),
    rtt: si(rtt, 'seconds'),
    messageOverhead: si(messageOverhead, 'bytes'),
    ...(mtu !== undefined && { mtu: si(mtu, 'bytes') }),
    ...(packetOverhead !== undefined && { packetOverhead: si(packetOverhead, 'bytes') }),
  };
}

/** What fields say against each other, and no schema can: reported where the user has a hand in it. */
export function contradictions(preset: PresetOf[PresetKind], located: LocatedMap): AutosplitError[] {
  if (!('uplink' in preset) || preset.mtu === undefined || (preset.packetOverhead ?? 0) < preset.mtu) return [];
  const places = ['packetOverhead', 'mtu'].flatMap((key) => valueAt(located, [key]) ?? []);
  const at = places.find(({ source }) => source.invalid === 'CONFIG_INVALID') ?? places[0] ?? located;
  return [problemAt(at, 'the headers of a packet leave no room in it: `packetOverhead` must be less than `mtu`')];
}

/** Reads a quantity that the schema has let through. */
export function si(written: Written, quantity: Quantity): number {
  const parsed = parseQuantity(written, quantity);
  if ('problem' in parsed) throw new Error(`${parsed.problem}: the schema should have refused it`);
  return parsed.value;
}

const allSi = <T extends Record<string, Written | undefined>>(written: T, quantity: Quantity) =>
  Object.fromEntries(
    Object.entries(written).flatMap(([key, value]) => (value === undefined ? [] : [[key, si(value, quantity)]])),
  ) as Record<keyof T, number>;
