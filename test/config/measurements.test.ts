import path from 'node:path';
import { expect, test } from 'vitest';
import { loadOne, problemsIn, SMALLEST } from './support.js';

const config = (link: string, edge = 'preset: grid') =>
  SMALLEST.replace('preset: slow', link).replace('preset: grid', edge);

const withFile = (yaml: string, file: string, text: string) => ({ 'autosplit.config.yaml': yaml, [file]: text });

test('a trace begins at 0, and its last rate holds as long as the one before', async () => {
  const files = withFile(
    config('preset: slow, trace: t/drive.csv'),
    't/drive.csv',
    'seconds,Mbps\n10,2\n12,0\n15,4.5\n',
  );
  const { link, root } = await loadOne(files);
  expect(link.trace).toEqual({
    file: path.join(root, 't/drive.csv'),
    starts: [0, 2, 5],
    bitsPerSecond: [2e6, 0, 4.5e6],
    duration: 8,
  });
});

test('columns may come in any order, quoted, beside others', async () => {
  const files = withFile(
    config('preset: slow, trace: t.csv'),
    't.csv',
    'cell,Mbps,"seconds"\r\na,3,0\r\n"b, c",1,0.5\r\n',
  );
  expect((await loadOne(files)).link.trace).toMatchObject({
    starts: [0, 0.5],
    bitsPerSecond: [3e6, 1e6],
    duration: 1,
  });
  const one = withFile(config('preset: slow, trace: t.csv'), 't.csv', 'seconds,Mbps\n7,3\n');
  expect((await loadOne(one)).link.trace).toMatchObject({ starts: [0], bitsPerSecond: [3e6], duration: 1 });
});

test.each<[string, string, RegExp, string, RegExp?]>([
  ['nothing', '', /the table is empty/, 't.csv', /columns: seconds, Mbps/],
  ['a header of other units', 'seconds,mbps\n0,1\n', /no column `Mbps`/, 't.csv:1', /did you mean `Mbps`/],
  ['no header', '0,1\n1,2\n', /no column `seconds`/, 't.csv:1', /the columns are seconds, Mbps/],
  ['a header alone', 'seconds,Mbps\n', /no rows/, 't.csv:1'],
  ['text for a rate', 'seconds,Mbps\n0,fast\n', /`Mbps` is `fast`, not a number from 0/, 't.csv:2'],
  ['a negative rate', 'seconds,Mbps\n0,1\n1,-1\n', /`Mbps` is `-1`, not a number from 0/, 't.csv:3'],
  ['a rate without end', 'seconds,Mbps\n0,Infinity\n', /`Infinity`, not a number/, 't.csv:2'],
  ['an empty cell', 'seconds,Mbps\n0,\n', /`Mbps` is empty/, 't.csv:2'],
  ['a cell too many', 'seconds,Mbps\n0,1\n1,1,1\n', /3 cells under 2 columns/, 't.csv:3'],
  ['time that stands still', 'seconds,Mbps\n0,1\n0,2\n', /does not ascend: 0 after 0/, 't.csv:3'],
  ['no rate above 0', 'seconds,Mbps\n0,0\n1,0\n', /never sends/, 't.csv'],
  ['an open quote', 'seconds,Mbps\n0,"1\n', /quoted field is not closed/, 't.csv:2'],
])('a trace with %s is refused with its line', async (_, text, message, at, hint) => {
  const [problem, ...others] = await problemsIn(withFile(config('preset: slow, trace: t.csv'), 't.csv', text));
  expect(others).toEqual([]);
  expect(problem).toMatchObject({ code: 'COSTS_INVALID', message: expect.stringMatching(message), at });
  if (at.includes(':')) expect(problem.frame).toContain('>');
  if (hint) expect(problem.hint).toMatch(hint);
});

test('a file that is not there is wrong where it is named', async () => {
  expect(await problemsIn(config('preset: slow, trace: none.csv'))).toMatchObject([
    { code: 'CONFIG_INVALID', message: '`network.trace`: there is no file none.csv', at: 'autosplit.config.yaml:5:33' },
  ]);
});

const TABLE = 'layer,weight_bits,activation_bits,milliseconds\nconv1,8,8,1.5\nconv1,4,8,1.25\npool1,,8,0.5\nfc,,,2\n';

test('a table of latencies, in milliseconds, with open bits', async () => {
  const { edge } = await loadOne(withFile(config('preset: slow', 'preset: grid, latency: e.csv'), 'e.csv', TABLE));
  expect(edge.latency?.rows).toEqual([
    { layer: 'conv1', weightBits: 8, activationBits: 8, seconds: 0.0015 },
    { layer: 'conv1', weightBits: 4, activationBits: 8, seconds: 0.00125 },
    { layer: 'pool1', activationBits: 8, seconds: 0.0005 },
    { layer: 'fc', seconds: 0.002 },
  ]);
});

test('a table stands for a whole device: the edge still states its memory', async () => {
  const yaml = config('preset: slow', 'latency: e.csv, memory: 4 MB, power: { active: 5 W, idle: 1 W }').replace(
    'preset: rack',
    'latency: c.csv',
  );
  const { edge, cloud } = await loadOne({
    'autosplit.config.yaml': yaml,
    'e.csv': TABLE,
    'c.csv': 'layer,seconds\nconv1,0.001\n',
  });
  expect(edge).toMatchObject({
    memoryBytes: 4e6,
    preset: { kind: 'table', power: { active: 5, idle: 1 } },
    bits: { weights: [2, 3, 4, 5, 6, 7, 8] },
  });
  expect(cloud).toMatchObject({ preset: { kind: 'table' }, latency: { rows: [{ layer: 'conv1', seconds: 0.001 }] } });
  const without = { 'autosplit.config.yaml': config('preset: slow', 'latency: e.csv'), 'e.csv': TABLE };
  expect(await problemsIn(without)).toMatchObject([
    { message: '`edge` lacks `memory`', at: 'autosplit.config.yaml:4:7' },
  ]);
  const clocked = {
    'autosplit.config.yaml': config('preset: slow', 'latency: e.csv, memory: 4 MB, clock: 3 MHz'),
    'e.csv': TABLE,
  };
  expect(await problemsIn(clocked)).toMatchObject([
    { message: 'unknown key `edge.clock`', at: 'autosplit.config.yaml:4:39' },
  ]);
});

test.each<[string, string, RegExp, string]>([
  ['no bits', 'layer,seconds\nconv1,1\n', /no column `weight_bits`/, 'e.csv:1'],
  ['no time', 'layer,weight_bits,activation_bits\nconv1,8,8\n', /no column `seconds` or `milliseconds`/, 'e.csv:1'],
  [
    'two times',
    'layer,weight_bits,activation_bits,seconds,milliseconds\na,8,8,1,1\n',
    /both `seconds` and `milliseconds`/,
    'e.csv:1',
  ],
  [
    'half a bit',
    'layer,weight_bits,activation_bits,seconds\na,8.5,8,1\n',
    /`weight_bits` is 8.5, not a whole number/,
    'e.csv:2',
  ],
  ['no name', 'layer,weight_bits,activation_bits,seconds\n,8,8,1\n', /`layer` is empty/, 'e.csv:2'],
  [
    'a layer twice',
    'layer,weight_bits,activation_bits,seconds\na,8,8,1\na,8,8,2\n',
    /`a` is given twice at these bits, first in line 2/,
    'e.csv:3',
  ],
])('a table with %s is refused with its line', async (_, text, message, at) => {
  const found = await problemsIn(withFile(config('preset: slow', 'preset: grid, latency: e.csv'), 'e.csv', text));
  expect(found).toMatchObject([{ code: 'COSTS_INVALID', message: expect.stringMatching(message), at }]);
});

test('a percentile needs a link that varies', async () => {
  const spread = 'distribution: { uplink: { p5: 1 Mbps, p95: 20 Mbps } }';
  expect((await loadOne(config(`uplink: 4 Mbps, percentile: 95, ${spread}`))).link.percentile).toBe(95);
  expect((await loadOne(config('preset: slow, percentile: 50'))).link.percentile).toBe(50);
  expect(await problemsIn(config('preset: slow, percentile: 95'))).toMatchObject([
    {
      code: 'CONFIG_INVALID',
      message: 'the link slow states no distribution to take a percentile of',
      at: 'autosplit.config.yaml:5:38',
    },
  ]);
  expect(await problemsIn(config(`uplink: 4 Mbps, percentile: 100, ${spread}`))).toMatchObject([
    { message: '`network.percentile` must be at most 99' },
  ]);
});

test('what a build reads is not where it writes', async () => {
  const files = withFile(`${config('preset: slow, trace: autosplit/t.csv')}`, 'autosplit/t.csv', 'seconds,Mbps\n0,1\n');
  expect(await problemsIn(files)).toMatchObject([
    { message: '`output` is a folder that holds t.csv, which the build reads' },
  ]);
});
