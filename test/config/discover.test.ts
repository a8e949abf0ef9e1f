import path from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.js';
import { loadOne, presets, problemsIn, project, SMALLEST } from './support.js';

const OBJECT = `{ model: 'net.onnx', calibration: { images: 'data/*.jpg' }, edge: { preset: 'grid' }, network: { preset: 'slow' }, cloud: { preset: 'rack' } }`;

test.each([
  ['autosplit.config.yaml', SMALLEST],
  ['autosplit.config.yml', SMALLEST],
  [
    'autosplit.config.json',
    `{\n\t"$schema": "x",\n\t"model": "net.onnx", "calibration": { "images": "data/*.jpg" },\n\t"edge": { "preset": "grid" }, "network": { "preset": "slow" }, "cloud": { "preset": "rack" }\n}`,
  ],
  ['autosplit.config.js', `module.exports = ${OBJECT};`],
  ['autosplit.config.mjs', `export default ${OBJECT};`],
  ['autosplit.config.ts', `import { defineConfig } from 'autosplit';\nexport default defineConfig(${OBJECT});`],
])('finds and reads %s, from a folder below too', async (name, text) => {
  const folder = project({ 'package.json': '{}', [name]: text, 'src/deep/file': '' });
  const [config] = await loadConfig({ cwd: path.join(folder, 'src/deep'), presets });
  expect(config).toMatchObject({
    file: path.join(folder, name),
    model: { path: path.join(folder, 'net.onnx') },
    edge: { preset: { name: 'grid' } },
  });
});

test('a config above the package is not taken', async () => {
  const folder = project({ 'autosplit.config.yaml': SMALLEST, 'inner/package.json': '{}' });
  await expect(loadConfig({ cwd: path.join(folder, 'inner'), presets })).rejects.toMatchObject({
    code: 'CONFIG_NOT_FOUND',
  });
});

test('a config can be named', async () => {
  expect(
    await loadOne(
      { 'etc/other.yaml': SMALLEST.replaceAll('net.onnx', '../net.onnx').replace('data/', '../data/') },
      { config: 'etc/other.yaml' },
    ),
  ).toMatchObject({ name: 'default' });
  expect(await problemsIn({}, { config: 'missing.yaml' })).toMatchObject([
    { code: 'CONFIG_NOT_FOUND', message: 'there is no file missing.yaml' },
  ]);
  expect(await problemsIn({}, { config: 'data' })).toMatchObject([
    { code: 'CONFIG_NOT_FOUND', hint: 'use --cwd data' },
  ]);
  expect(await problemsIn({ 'a.toml': '' }, { config: 'a.toml' })).toMatchObject([
    { code: 'CONFIG_SYNTAX', hint: expect.stringContaining('.yaml') },
  ]);
  expect(await problemsIn({ 'package.json': '{}' })).toMatchObject([
    { code: 'CONFIG_NOT_FOUND', hint: expect.stringContaining('autosplit.config.ts') },
  ]);
  expect(await problemsIn({}, { cwd: '/does/not/exist' })).toMatchObject([{ code: 'CONFIG_NOT_FOUND' }]);
});

test('a TypeScript config can import files and packages, be asynchronous, and knows where it is', async () => {
  const config = await loadOne({
    'package.json': '{}',
    'node_modules/shared-settings/package.json':
      '{ "name": "shared-settings", "type": "module", "exports": { "import": "./index.js" } }',
    'node_modules/shared-settings/index.js':
      'import { sep } from "node:path"; export const memory = sep === "" ? "" : "3 MB";',
    'parts/edge.ts': `import { memory } from 'shared-settings';\nimport * as path from 'node:path';\nexport const edge = { preset: 'grid' as const, memory };\nexport const here = path.basename(import.meta.dirname);`,
    'autosplit.config.ts': `
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { edge, here } from './parts/edge.js';
const __dirname = dirname(fileURLToPath(import.meta.url));
enum Link { slow = 'slow' }
export default async () => ({
  model: { path: __dirname + '/net.onnx', inputs: { [here]: [1], unused: undefined } },
  calibration: { images: 'data/*.jpg' }, edge, network: { preset: Link.slow }, cloud: { preset: 'rack' },
});`,
  });
  expect(config).toMatchObject({
    edge: { memoryBytes: 3e6 },
    model: { inputs: { parts: [1] } },
    link: { preset: { name: 'slow' } },
  });
});

test('errors of a module name the path of the value', async () => {
  const found = await problemsIn({
    'autosplit.config.mjs': `export default { ...${OBJECT}, edge: { preset: 'grid', memory: '4 mb', memry: 1 }, builds: { x: { deliver: 'egde' } } }`,
  });
  expect(found).toMatchObject([
    {
      code: 'CONFIG_INVALID',
      at: 'autosplit.config.mjs',
      message: 'unknown key `edge.memry`',
      hint: 'did you mean `memory`?',
    },
    { message: expect.stringMatching(/^`edge.memory`: the unit `mb`/) },
    { message: '`builds.x.deliver` cannot be `egde`' },
  ]);
});

test.each([
  [
    'a syntax error',
    'autosplit.config.ts',
    'export default {\n  a: 1,\n  b: : 2,\n};',
    /Unexpected ":"/,
    'autosplit.config.ts:3:6',
  ],
  [
    'a missing import',
    'autosplit.config.mjs',
    "import x from './missing.js';\nexport default x;",
    /Could not resolve/,
    'autosplit.config.mjs:1:15',
  ],
  [
    'an exception',
    'autosplit.config.mjs',
    "throw new Error('no luck');",
    /could not be run: no luck/,
    'autosplit.config.mjs',
  ],
  ['no default export', 'autosplit.config.mjs', 'export const a = 1;', /is undefined/, 'autosplit.config.mjs'],
  ['a list', 'autosplit.config.mjs', 'export default [];', /must be an object/, 'autosplit.config.mjs'],
  [
    'a class instance',
    'autosplit.config.mjs',
    'export default { edge: { memory: new Date(0) } };',
    /`edge.memory` is a Date/,
    'autosplit.config.mjs',
  ],
  [
    'a function inside',
    'autosplit.config.mjs',
    'export default { edge: { list: [() => 1] } };',
    /`edge.list\[0\]` is a function/,
    'autosplit.config.mjs',
  ],
  [
    'an object in itself',
    'autosplit.config.mjs',
    'const a = {}; a.edge = a; export default a;',
    /`edge` contains itself/,
    'autosplit.config.mjs',
  ],
])('%s in a module is one clear error', async (_, name, text, message, at) => {
  const found = await problemsIn({ 'package.json': '{}', [name]: text });
  expect(found).toMatchObject([
    { code: expect.stringMatching(/^CONFIG_/), message: expect.stringMatching(message), at },
  ]);
});

test('the frame of a syntax error in a module shows the line with its number', async () => {
  const [{ frame }] = await problemsIn({ 'autosplit.config.ts': 'export default {\n  a: 1,\n  b: : 2,\n};' });
  expect(frame).toMatch(/^> 3 \|\s+b: : 2,\n.*\^/);
});
