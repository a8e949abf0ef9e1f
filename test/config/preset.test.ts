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
    expect.objectContaining({ uplink: 1.1e6, downlink: 3e6, rtt: 0.065, messageOverhead: 420, mtu: 1500, packetOverhead: 52 }),
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
])('a preset with %s is refused with its place', (_, from, to, message, hint) => {
  expect(GRID).toContain(from);
  const folder = temporaryFolder({ 'mine.yaml': GRID.replace(from, to) });
  const error = caught(() => loadPreset('edge', './mine.yaml', folder));
  expect(error.code).toBe('PRESET_INVALID');
  expect(error.problems.map((problem) => problem.message)).toEqual([expect.stringMatching(message)]);
  expect(error.location?.file).toBe(path.join(folder, 'mine.yaml'));
  if (!/lacks/.test(error.message)) expect(error.location).toMatchObject({ line: expect.any(Number), column: expect.any(Number) });
  if (hint) expect(error.hint).toMatch(hint);
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
