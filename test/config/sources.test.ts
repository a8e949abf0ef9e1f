import { expect, it } from 'vitest';
import { parseText } from '../../src/config/parse.js';
import type { SourcedNumber } from '../../src/config/preset.js';
import { sourcesOf } from '../../src/config/sources.js';

const section = (text: string) =>
  parseText({ file: 'config.yaml', folder: '.', text, invalid: 'CONFIG_INVALID' }, 'CONFIG_SYNTAX');

const stated: SourcedNumber[] = [
  { path: 'uplink', value: '3 Mbps', source: 'a paper' },
  { path: 'rtt', value: '60 ms', source: 'a report' },
  { path: 'distribution.uplink.p5', value: '1 Mbps', source: 'a study' },
  { path: 'distribution.rtt.p5', value: '40 ms', source: 'a study' },
];

it('keeps the sources of a preset where the config says nothing', () => {
  expect(sourcesOf(stated, section('title: a link'), '3g')).toEqual(stated);
});

it('names the config where it overrides or adds a number, and what the preset states', () => {
  expect(sourcesOf(stated, section('{ uplink: 1 Mbps, energy: { transmit: 2 nJ/bit } }'), '3g')).toEqual([
    { path: 'uplink', value: '1 Mbps', source: 'the config; 3g states 3 Mbps' },
    stated[1],
    { ...stated[2], source: 'a study; moved in ratio with the median that the config sets' },
    stated[3],
    { path: 'energy.transmit', value: '2 nJ/bit', source: 'the config' },
  ]);
});

it('lists all numbers of a device that the config describes, and no words', () => {
  const own = section(
    '{ kind: roofline, title: a board, memory: 1 GB, peak: { fp32: 1 GFLOPS }, bits: { weights: [4, 8] } }',
  );
  expect(sourcesOf([], own)).toEqual([
    { path: 'memory', value: '1 GB', source: 'the config' },
    { path: 'peak.fp32', value: '1 GFLOPS', source: 'the config' },
    { path: 'bits.weights', value: [4, 8], source: 'the config' },
  ]);
});
