import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { listPresets, loadPreset, PRESET_KINDS, presetsFolder } from '../../src/config/preset-load.js';
import { AutosplitError } from '../../src/util/error.js';
import { temporaryFolder } from '../util/temporary.js';
import { presets } from './support.js';

test('a systolic device in SI units', () => {
  expect(loadPreset('edge', 'grid', '.', presets).preset).toEqual({
    name: 'grid',
    aliases: ['grid-12x14'],
    title: 'Grid 12 x 14',
    version: 2,
    confidence: 'datasheet',
    description: 'A systolic array that stands for small accelerators.',
    kind: 'systolic',
    memory: 4e9,
    onChipMemory: 192 * 1024,
    bandwidth: 1e9,
    bits: { weights: [2, 4, 6, 8], activations: [8] },
    array: { rows: 12, columns: 14 },
    dataflow: 'ws',
    clock: 202_381_000,
    sram: { ifmap: 36_000, filter: 36_000, ofmap: 36_000 },
    model: 'scale-sim-v2',
  });
});

test('the cycle model of a systolic device', () => {
  const folder = temporaryFolder({
    'older.yaml': GRID.replace('model: scale-sim-v2', 'model: scale-sim-v1'),
    'unsaid.yaml': GRID.replace('model: scale-sim-v2', ''),
  });
  expect(loadPreset('edge', './older.yaml', folder).preset).toMatchObject({ model: 'scale-sim-v1' });
  expect(loadPreset('edge', './unsaid.yaml', folder).preset).toMatchObject({ model: 'scale-sim-v2' });
});

test('a roofline device, a link and a cloud device', () => {
  expect(loadPreset('edge', 'board', '.', presets).preset).toMatchObject({
    kind: 'roofline',
    memory: 2 * 1024 ** 3,
    bandwidth: 4.2e9,
    peak: { fp32: 48e9, int8: 96e9 },
    efficiency: { default: 0.25, Conv: 0.6 },
    overhead: 12e-6,
  });
  expect(loadPreset('network', 'slow', '.', presets).preset).toEqual(
    expect.objectContaining({
      uplink: 1.1e6,
      downlink: 3e6,
      rtt: 0.065,
      messageOverhead: 420,
      mtu: 1500,
      packetOverhead: 52,
    }),
  );
  expect(loadPreset('cloud', 'rack', '.', presets).preset).toMatchObject({
    kind: 'systolic',
    precision: 'fp16',
    dataflow: 'os',
    clock: 1_464_844_000,
  });
});

test('names, aliases and paths', () => {
  const byName = loadPreset('edge', 'grid', '.', presets);
  expect(loadPreset('edge', 'grid-12x14', '.', presets)).toEqual(byName);
  expect(loadPreset('edge', './edge/grid.yaml', presets)).toEqual(byName);
  expect(loadPreset('edge', path.join(presets, 'edge/grid.yaml'))).toEqual(byName);
  expect(byName.file).toBe(path.join(presets, 'edge/grid.yaml'));
  expect(listPresets('edge', presets).map(({ preset }) => preset.name)).toEqual(['board', 'grid']);
});

test('every number comes with its source, as written', () => {
  const { numbers } = loadPreset('edge', 'grid', '.', presets);
  expect(numbers).toContainEqual({ path: 'clock', value: '202.381 MHz', source: '34 GOPS over 168 cells' });
  expect(numbers).toContainEqual({ path: 'array.rows', value: 12, source: 'grid datasheet, figure 1' });
  expect(numbers).toHaveLength(11);
});

const GRID = readFileSync(path.join(presets, 'edge/grid.yaml'), 'utf8');

test.each<[string, string, string, RegExp, RegExp?]>([
  [
    'a number without its source',
    'clock: { value: 202.381 MHz, source: "34 GOPS over 168 cells" }',
    'clock: 202.381 MHz',
    /`clock` must be keys and values, not text/,
  ],
  ['an empty source', 'source: "34 GOPS over 168 cells"', 'source: ""', /`clock.source` is empty/],
  ['a wrong unit', '202.381 MHz', '202.381 MB', /`clock.value`: `202.381 MB` counts bytes, not hertz/],
  ['a bare number', '202.381 MHz', '202381000', /202381000 has no unit/],
  ['an unknown key', 'dataflow: ws', 'dataflow: ws\ndata-flow: ws', /unknown key `data-flow`/, /`dataflow`/],
  ['an unknown dataflow', 'dataflow: ws', 'dataflow: rs', /`dataflow` cannot be `rs`/, /os, ws, is/],
  [
    'fields of another kind',
    'model: scale-sim-v2',
    'overhead: { value: 1 us, source: x }',
    /`overhead` does not belong to a device of kind systolic/,
  ],
  ['a missing field', 'dataflow: ws', '', /lacks `dataflow`/],
  ['no description', 'description: A systolic array that stands for small accelerators.', '', /lacks `description`/],
  ['a fraction of a row', 'value: 12,', 'value: 1.5,', /`array.rows.value` must be a whole number/],
  ['a width that nobody has', '[8, 2, 4, 6]', '[8, 16]', /at most 8/],
  ['no memory', 'memory: { value: 4 GB', 'memory: { value: 0 GB', /`memory.value`: `0 GB` is not more than 0/],
  ['a negative bandwidth', 'value: 1 GB/s', 'value: -1 GB/s', /`bandwidth.value`: `-1 GB\/s` is not more than 0/],
  ['an unknown unit', 'value: 1 GB/s', 'value: 1 gigabyte', /the unit `gigabyte` is not known/, /B\/s, kB\/s/],
  [
    'an unknown cycle model',
    'model: scale-sim-v2',
    'model: scale-sim-v3',
    /`model` cannot be `scale-sim-v3`/,
    /scale-sim-v2/,
  ],
  [
    'no energy to compute',
    'model: scale-sim-v2',
    'energy: { mac: { int8: { value: 0 pJ, source: x } } }',
    /`energy.mac.int8.value`: `0 pJ` is not more/,
  ],
  ['half a power', 'model: scale-sim-v2', 'power: { active: { value: 5 W, source: x } }', /`power` lacks `idle`/],
  [
    'less power at work',
    'model: scale-sim-v2',
    'power: { active: { value: 1 W, source: x }, idle: { value: 2 W, source: x } }',
    /`power.active` is less than `power.idle`/,
  ],
  ['a price of the edge', 'model: scale-sim-v2', 'price: { value: 1 USD/h, source: x }', /unknown key `price`/],
])('a preset with %s is refused with its place', (_, from, to, message, hint) => {
  expect(GRID).toContain(from);
  const folder = temporaryFolder({ 'mine.yaml': GRID.replace(from, to) });
  const error = caught(() => loadPreset('edge', './mine.yaml', folder));
  expect(error.code).toBe('PRESET_INVALID');
  expect(error.problems.map((problem) => problem.message)).toEqual([expect.stringMatching(message)]);
  expect(error.location?.file).toBe(path.join(folder, 'mine.yaml'));
  if (!/lacks/.test(error.message))
    expect(error.location).toMatchObject({ line: expect.any(Number), column: expect.any(Number) });
  if (hint) expect(error.hint).toMatch(hint);
});

const LINK = readFileSync(path.join(presets, 'network/slow.yaml'), 'utf8');
const spread = (p5: string, p95: string) => `{ p5: { value: ${p5}, source: x }, p95: { value: ${p95}, source: x } }`;

test.each<[string, string, string, RegExp, [line: number, column: number]]>([
  ['a negative rate', 'value: 1.1 Mbps', 'value: -1.1 Mbps', /`uplink.value`: `-1.1 Mbps` is not more than 0/, [7, 18]],
  ['a rate in bytes', 'value: 1.1 Mbps', 'value: 1.1 MB/s', /counts bytes per second, not bits per second/, [7, 18]],
  ['no source', 'rtt: { value: 65 ms, source: "ping" }', 'rtt: { value: 65 ms }', /`rtt` lacks `source`/, [9, 1]],
  [
    'packets of nothing',
    'mtu: { value: 1500 B',
    'mtu: { value: 0 B',
    /`mtu.value`: `0 B` is not more than 0/,
    [11, 15],
  ],
  [
    'headers that fill a packet',
    'value: 52 B',
    'value: 1500 B',
    /the headers of a packet leave no room in it/,
    [12, 26],
  ],
  [
    'nothing that arrives',
    'mtu:',
    'loss: { value: 100 %, source: x }\nmtu:',
    /`loss.value`: `100 %` is not less than 1/,
    [11, 16],
  ],
  [
    'a duty cycle of 0',
    'mtu:',
    'dutyCycle: { value: 0 %, source: x }\nmtu:',
    /`dutyCycle.value`: `0 %` is not more than 0/,
    [11, 21],
  ],
  [
    'events without an interval',
    'mtu:',
    'packetsPerInterval: { value: 6, source: x }\nmtu:',
    /`packetsPerInterval` without `connectionInterval`/,
    [11, 1],
  ],
  [
    'a bad day above the median',
    'mtu:',
    `distribution: { uplink: ${spread('2 Mbps', '3 Mbps')} }\nmtu:`,
    /does not lie around `uplink`/,
    [11, 40],
  ],
  [
    'half a spread',
    'mtu:',
    'distribution: { rtt: { p5: { value: 1 ms, source: x } } }\nmtu:',
    /`distribution.rtt` lacks `p95`/,
    [11, 17],
  ],
  [
    'energy per second',
    'mtu:',
    'energy: { transmit: { value: 1 W, source: x } }\nmtu:',
    /counts watts, not joules per byte/,
    [11, 30],
  ],
  ['other money', 'mtu:', 'price: { value: 10 EUR/GB, source: x }\nmtu:', /the unit `EUR\/GB` is not known/, [11, 17]],
])('a link with %s is refused with its place', (_, from, to, message, [line, column]) => {
  expect(LINK).toContain(from);
  const folder = temporaryFolder({ 'mine.yaml': LINK.replace(from, to) });
  const error = caught(() => loadPreset('network', './mine.yaml', folder));
  expect(error.code).toBe('PRESET_INVALID');
  expect(error.problems.map((problem) => problem.message)).toEqual([expect.stringMatching(message)]);
  expect(error.location).toMatchObject({ file: path.join(folder, 'mine.yaml'), line, column });
});

test.each<[string, string, string, RegExp]>([
  ['more than its peak', 'value: 0.6', 'value: 1.2', /`efficiency.Conv.value`: `1.2` is not at most 1/],
  ['a peak of nothing', 'value: 48 GFLOPS', 'value: 0 GFLOPS', /`peak.fp32.value`: `0 GFLOPS` is not more than 0/],
  ['a peak in bytes', 'value: 96 GOPS', 'value: 96 GB', /counts bytes, not operations per second/],
  [
    'no peak in float',
    'fp32: { value: 48 GFLOPS, source: "4 cores x 8 operations x 1.5 GHz" }',
    '',
    /`peak` lacks `fp32`/,
  ],
  ['time that runs backwards', 'value: 12 us', 'value: -12 us', /`overhead.value`: `-12 us` is not at least 0/],
])('a roofline with %s is refused with its place', (_, from, to, message) => {
  const text = readFileSync(path.join(presets, 'edge/board.yaml'), 'utf8');
  expect(text).toContain(from);
  const folder = temporaryFolder({ 'mine.yaml': text.replace(from, to) });
  const error = caught(() => loadPreset('edge', './mine.yaml', folder));
  expect(error.problems.map((problem) => problem.message)).toEqual([expect.stringMatching(message)]);
  expect(error.location).toMatchObject({ line: expect.any(Number), column: expect.any(Number) });
});

test('energy, power, price and all that a link can state, in SI units', () => {
  const device = `${GRID}energy: { mac: { int8: { value: 0.2 pJ, source: x }, fp32: { value: 4.6 pJ, source: x } }, offChip: { value: 20 pJ/bit, source: x } }
power: { active: { value: 5 W, source: x }, idle: { value: 300 mW, source: x } }
`;
  const link = `${LINK}distribution: { uplink: ${spread('0.2 Mbps', '4 Mbps')}, rtt: ${spread('30 ms', '0.2 s')} }
loss: { value: 1 %, source: x }
dutyCycle: { value: 0.1, source: x }
connectionInterval: { value: 30 ms, source: x }
packetsPerInterval: { value: 6, source: x }
energy: { transmit: { value: 100 nJ/bit, source: x }, receive: { value: 400 nJ/B, source: x } }
price: { value: 10 USD/GB, source: x }
`;
  const rack = readFileSync(path.join(presets, 'cloud/rack.yaml'), 'utf8');
  const folder = temporaryFolder({
    'd.yaml': device,
    'l.yaml': link,
    'c.yaml': `${rack}price: { value: 3.6 USD/h, source: x }\n`,
  });
  expect(loadPreset('edge', './d.yaml', folder).preset).toMatchObject({
    energy: { mac: { int8: 0.2e-12, fp32: 4.6e-12 }, offChip: 160e-12 },
    power: { active: 5, idle: 0.3 },
  });
  expect(loadPreset('network', './l.yaml', folder).preset).toMatchObject({
    distribution: { uplink: { p5: 0.2e6, p95: 4e6 }, rtt: { p5: 0.03, p95: 0.2 } },
    loss: 0.01,
    dutyCycle: 0.1,
    connectionInterval: 0.03,
    packetsPerInterval: 6,
    energy: { transmit: 800e-9, receive: 400e-9 },
    price: 1e-8,
  });
  expect(loadPreset('cloud', './c.yaml', folder).preset.price).toBeCloseTo(0.001, 15);
  expect(loadPreset('edge', './d.yaml', folder).numbers.map((number) => number.path)).toContain('energy.mac.int8');
});

test('a preset that cannot be parsed, or is of another kind, is refused', () => {
  const folder = temporaryFolder({ 'mine.yaml': 'a: [' });
  expect(caught(() => loadPreset('edge', './mine.yaml', folder)).code).toBe('PRESET_INVALID');
  expect(caught(() => loadPreset('network', './edge/grid.yaml', presets)).code).toBe('PRESET_INVALID');
});

test('names do not lead out of the folder', () => {
  expect(caught(() => loadPreset('edge', '..', '.', presets)).code).toBe('PRESET_NOT_FOUND');
});

/** The error that `work` ends with. */
function caught(work: () => unknown): AutosplitError {
  try {
    work();
  } catch (error) {
    if (error instanceof AutosplitError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe.each([
  ['fixtures', presets],
  ['autosplit', presetsFolder()],
])('the presets of %s', (_, folder) => {
  test.each(PRESET_KINDS)('%s: valid, sourced, and called by one name each', (kind) => {
    const all = listPresets(kind, folder);
    const names = all.flatMap(({ preset }) => [preset.name, ...(preset.aliases ?? [])]);
    expect(names).toEqual([...new Set(names)]);
    for (const { preset, file, numbers } of all) {
      expect(path.basename(file)).toBe(`${preset.name}.yaml`);
      expect(preset.title.length * preset.description.length).toBeGreaterThan(0);
      expect(
        numbers.every(({ source }) => source.trim().length > 3),
        file,
      ).toBe(true);
      expect(numbers.length).toBeGreaterThan(0);
    }
    if (existsSync(path.join(folder, kind)) && folder === presets) expect(all.length).toBeGreaterThan(0);
  });
});
