import { expect, test } from 'vitest';
import { listPresets, loadPreset, PRESET_KINDS } from '../../src/config/preset-load.js';
import { presetDetails, presetTable } from '../../src/report/presets.js';
import { presets } from '../config/support.js';

const of = <K extends (typeof PRESET_KINDS)[number]>(kind: K, folder?: string) =>
  listPresets(kind, folder).map(({ preset }) => preset);

test('a table has the figures that define a device or a link', () => {
  expect(presetTable('edge', of('edge', presets))).toEqual([
    expect.stringMatching(/^name +compute +bandwidth +memory +on chip +power$/),
    expect.stringMatching(/^board {2}int8 96 GOPS, fp32 48 GOPS +4.20 GB\/s {2}2.15 GB {2}1.05 MB {9}\S/),
    expect.stringMatching(/^grid {3}34 GMAC\/s, 12 x 14 ws at 202 MHz +1.00 GB\/s {2}4.00 GB +197 kB {9}Grid 12 x 14$/),
  ]);
  expect(presetTable('network', of('network', presets))).toEqual([
    expect.stringMatching(/^name +uplink +downlink +rtt +slow day \(p5 up, p95 rtt\) +price$/),
    expect.stringMatching(/^slow {2}1.1 Mbps +3 Mbps {2}65.0 ms +A slow radio link$/),
  ]);
});

test('bad days, power and prices stand beside them where they are stated', () => {
  const [link] = of('network', presets);
  const varying = {
    ...link,
    distribution: { uplink: { p5: 2e5, p95: 4e6 }, rtt: { p5: 0.03, p95: 0.2 } },
    price: 1e-8,
  };
  expect(presetTable('network', [varying])[1]).toMatch(/ 200 kbps, 200 ms +10 USD\/GB {2}A slow radio link$/);
  const [board] = of('edge', presets);
  expect(presetTable('edge', [{ ...board, power: { active: 5, idle: 0.3 } }])[1]).toContain(' 0.3 to 5 W ');
  const [rack] = of('cloud', presets);
  expect(presetTable('cloud', [{ ...rack, price: 0.526 / 3600 }])[1]).toContain(' 0.526 USD/h ');
});

test('every preset that comes with autosplit has a row, and details with all of its numbers', () => {
  for (const kind of PRESET_KINDS) {
    expect(presetTable(kind, of(kind))).toHaveLength(of(kind).length + 1);
    for (const { name } of of(kind)) {
      const { preset, numbers } = loadPreset(kind, name);
      const lines = presetDetails(preset, numbers);
      for (const { path, source } of numbers)
        expect(lines.some((line) => line.startsWith(`${path} `) && line.endsWith(source))).toBe(true);
    }
  }
  const { preset, numbers } = loadPreset('edge', 'grid', '.', presets);
  expect(presetDetails(preset, numbers).slice(0, 4)).toEqual([
    'grid: Grid 12 x 14 (version 2, datasheet)',
    'also grid-12x14',
    'systolic, dataflow ws, scale-sim-v2',
    'A systolic array that stands for small accelerators.',
  ]);
});
