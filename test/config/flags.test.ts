import path from 'node:path';
import { expect, it, test } from 'vitest';
import { type FlagValue, flagsMap } from '../../src/config/flags.js';
import { loadConfig } from '../../src/config/load.js';
import { loadOne, presets, problemsIn, project, SMALLEST } from './support.js';

/** `edge.memory=4MB` as an option of the same name. */
const set = (...texts: string[]): FlagValue[] =>
  texts.map((text) => {
    const [key, ...value] = text.split('=');
    return { flag: `--set ${key}`, path: key.split('.'), text: value.join('=') };
  });

const memory = (text: string): FlagValue => ({ flag: '--memory', path: ['edge', 'memory'], text });

it('sets numbers, quantities, lists and maps of any section, over the file and every build', async () => {
  const yaml = `${SMALLEST}builds: { one: { edge: { memory: 1 MB }, deliver: edge } }`;
  const flags = set(
    'edge.memory=2MB',
    'edge.bits.weights=4,8',
    'network.uplink=2Mbps',
    'network.rtt=15 ms',
    'constraints.accuracyDrop=2%',
    'constraints.error=0.5',
    'quantization.equalize=true',
    'quantization.activationRanges=mse',
    'model.inputs={x: [1, 3]}',
    'deliver=cloud',
    'split.after=a,b',
  );
  expect(await loadOne(yaml, { flags })).toMatchObject({
    edge: { memoryBytes: 2e6, bits: { weights: [4, 8] } },
    link: { preset: { uplink: 2e6, rtt: 0.015 } },
    constraints: { accuracyDrop: 0.02, error: 0.5 },
    quantization: { equalize: true, activationRanges: ['mse'] },
    model: { inputs: { x: [1, 3] } },
    deliver: 'cloud',
    split: { after: ['a', 'b'] },
  });
});

it('completes a config that states no such section', async () => {
  const without = SMALLEST.replace(/^edge:.*$/m, '');
  expect(await loadOne(without, { flags: set('edge.preset=grid') })).toMatchObject({
    edge: { origin: { name: 'grid' } },
  });
});

it.each([
  ['--memory', memory('4 lightyears'), '`edge.memory`', /KiB|MB/],
  ['--set edge.memroy', set('edge.memroy=4MB')[0], 'unknown key `edge.memroy`', /did you mean `memory`/],
  ['--set edge.bit.weights', set('edge.bit.weights=4')[0], 'unknown key `edge.bit`', /did you mean `bits`/],
  ['--set egde.memory', set('egde.memory=4MB')[0], 'unknown key `egde`', /did you mean `edge`/],
  ['--set edge', set('edge=grid')[0], '`edge` must be keys and values', undefined],
  [
    '--edge',
    { flag: '--edge', path: ['edge', 'preset'], text: 'gird' },
    'there is no edge preset `gird`',
    /did you mean `grid`/,
  ],
  [
    '--deliver',
    { flag: '--deliver', path: ['deliver'], text: 'clod' },
    '`deliver` cannot be `clod`',
    /did you mean `cloud`/,
  ],
  ['--set edge.bits.weights', set('edge.bits.weights=4,9')[0], 'must be at most 8', undefined],
  ['--set builds.x.deliver', set('builds.x.deliver=edge')[0], '`builds` cannot be overridden', undefined],
])('names %s where it is wrong', async (flag, value, message, hint) => {
  const [found, ...others] = await problemsIn(SMALLEST, { flags: [value as FlagValue] });
  expect(others).toEqual([]);
  expect(found.message).toContain(message);
  expect(path.basename(found.at)).toBe(flag);
  if (hint) expect(found.hint).toMatch(hint);
});

test('a mistake of the file keeps its place beside one of the command line', async () => {
  const found = await problemsIn(`${SMALLEST}deliver: here\n`, { flags: [memory('4 lightyears')] });
  expect(found.map(({ at }) => path.basename(at)).sort()).toEqual(['--memory', 'autosplit.config.yaml:7:10']);
});

test('paths are relative to the folder where the command is run', async () => {
  const folder = project({ 'autosplit.config.yaml': SMALLEST, 'sub/other.onnx': '' });
  const flags = set('model=other.onnx', 'output=out');
  const [config] = await loadConfig({ cwd: path.join(folder, 'sub'), presets, env: {}, flags });
  expect(config).toMatchObject({
    model: { path: path.join(folder, 'sub/other.onnx') },
    output: path.join(folder, 'sub/out'),
  });
});

test('numbers that the command line sets name it as their source', async () => {
  const { edge } = await loadOne(SMALLEST, { flags: [memory('2 MB')] });
  expect(edge.sources.find(({ path: key }) => key === 'memory')?.source).toMatch(/^--memory; grid states /);
});

it('refuses two options for one key, and brackets that do not close', () => {
  const place = { file: '/config.yaml', cwd: '/' };
  expect(() => flagsMap([memory('4MB'), ...set('edge.memory=8MB')], place)).toThrow(
    '--memory and --set edge.memory both set `edge.memory`',
  );
  expect(() => flagsMap([memory('4MB'), ...set('edge={preset: x}')], place)).toThrow(
    '--memory and --set edge both set `edge`',
  );
  expect(() => flagsMap(set('edge.bits.weights=[4, 8'), place)).toThrow(
    /^--set edge.bits.weights: `\[4, 8` cannot be read/,
  );
});
