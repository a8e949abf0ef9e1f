import { toLink, type WrittenLink } from './link-values.js';
import { type Located, type LocatedMap, toPlain } from './located.js';
import { toMeasured, type WrittenMeasured } from './measured-values.js';
import type {
  ByPrecision,
  CloudTable,
  Device,
  DeviceEnergy,
  DeviceRuntime,
  EdgeTable,
  PresetCommon,
  PresetKind,
  PresetOf,
  ResolvedDevice,
  SystolicDevice,
} from './preset.js';
import { allSi, si, type Written } from './si.js';

/** Replaces each `{ value, source }` by the value, recursively. */
export function collapse(map: LocatedMap): LocatedMap {
  const entries = [...map.entries].map(([key, entry]) => [key, { ...entry, value: bare(entry.value) }] as const);
  return { ...map, entries: new Map(entries) };
}

function bare(located: Located): Located {
  if (located.kind !== 'map') return located;
  const value = located.entries.get('value')?.value;
  return value && located.entries.has('source') ? value : collapse(located);
}

type WrittenPrecisions = Partial<Record<keyof ByPrecision, Written>>;

/** A device as a preset or the config states it, after validation. */
interface WrittenDevice extends Partial<PresetCommon>, WrittenMeasured, DeviceRuntime {
  kind: Device['kind'];
  memory: Written;
  onChipMemory: Written;
  bandwidth: Written;
  array: { rows: number; columns: number };
  dataflow: 'os' | 'ws' | 'is';
  clock: Written;
  sram: Record<'ifmap' | 'filter' | 'ofmap', Written>;
  model?: SystolicDevice['model'];
  peak: { fp32: Written } & WrittenPrecisions;
  efficiency: { default: Written } & Record<string, Written>;
  overhead: Written;
  bits: { weights: number[]; activations: number[] };
  precision: 'fp32' | 'fp16' | 'int8';
  energy?: { mac?: WrittenPrecisions; onChip?: Written; offChip?: Written };
  power?: { active: Written; idle: Written };
  price?: Written;
  coding?: number;
}

/** A preset in SI units, from bare values that are valid by schemas/preset.schema.json. */
export function toPreset<K extends PresetKind>(kind: K, located: LocatedMap): PresetOf[K];
export function toPreset(kind: PresetKind, located: LocatedMap): PresetOf[PresetKind] {
  const written = toPlain(located);
  if (kind === 'network') return toLink(written as WrittenLink, toCommon(written as Partial<PresetCommon>));
  const device = written as WrittenDevice;
  const { bits, precision } = device;
  if (kind === 'cloud') return { ...toDevice(device), precision, ...toPrice(device) };
  return {
    ...toDevice(device),
    bits: { weights: ascending(bits.weights), activations: ascending(bits.activations) },
    ...toPower(device),
    ...toCoding(device),
  };
}

/** A device with a table of latencies in place of a cost model, from valid bare values. */
export function toTableDevice<K extends PresetKind>(kind: K, located: LocatedMap): ResolvedDevice[K];
export function toTableDevice(kind: PresetKind, located: LocatedMap): EdgeTable | CloudTable {
  const written = toPlain(located) as WrittenTable;
  const common = { ...toCommon(written), ...toRuntime(written), kind: 'table' as const };
  if (kind === 'cloud') return { ...common, ...toPrice(written) };
  const { weights = ALL_BITS, activations = ALL_BITS } = written.bits ?? {};
  return {
    ...common,
    memory: si(written.memory, 'bytes'),
    bits: { weights: ascending(weights), activations: ascending(activations) },
    ...toPower(written),
    ...toCoding(written),
  };
}

type WrittenTable = Pick<WrittenDevice, 'memory' | 'power' | 'price' | 'threads' | 'coding'> &
  Partial<PresetCommon> & { bits?: Partial<WrittenDevice['bits']> };

/** Bit-widths of a device with a latency table. The target restricts them further. */
const ALL_BITS = [2, 3, 4, 5, 6, 7, 8];

const toPower = ({ power }: Pick<WrittenDevice, 'power'>) =>
  power ? { power: { active: si(power.active, 'watts'), idle: si(power.idle, 'watts') } } : {};

const toPrice = ({ price }: Pick<WrittenDevice, 'price'>) =>
  price === undefined ? {} : { price: si(price, 'dollarsPerSecond') };

const toCoding = ({ coding }: Pick<WrittenDevice, 'coding'>) => (coding === undefined ? {} : { coding });

const toRuntime = ({ targets, needs, threads }: DeviceRuntime): DeviceRuntime => ({
  ...(targets && { targets }),
  ...(needs !== undefined && { needs }),
  ...(threads !== undefined && { threads }),
});

export const ascending = (bits: readonly number[]): number[] => [...bits].sort((a, b) => a - b);

/** Name and description; defaults are for a device or link without a preset. */
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
    ...toRuntime(written),
    memory: si(written.memory, 'bytes'),
    onChipMemory: si(written.onChipMemory, 'bytes'),
    bandwidth: si(written.bandwidth, 'bytesPerSecond'),
    ...(written.energy && { energy: toEnergy(written.energy) }),
  };
  if (written.kind === 'systolic') {
    const { array, dataflow, clock, sram, model = 'scale-sim-v2' } = written;
    const { rows, columns } = array;
    return {
      ...common,
      kind: 'systolic',
      array: { rows, columns },
      dataflow,
      clock: si(clock, 'hertz'),
      sram: { ifmap: si(sram.ifmap, 'bytes'), filter: si(sram.filter, 'bytes'), ofmap: si(sram.ofmap, 'bytes') },
      model,
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

function toEnergy({ mac, onChip, offChip }: NonNullable<WrittenDevice['energy']>): DeviceEnergy {
  return {
    ...(mac && { mac: allSi(mac, 'joules') }),
    ...(onChip !== undefined && { onChip: si(onChip, 'joulesPerByte') }),
    ...(offChip !== undefined && { offChip: si(offChip, 'joulesPerByte') }),
  };
}
