import path from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.js';
import { loadOne, presets, problemsIn, project, SMALLEST } from '../config/support.js';

test('later files win, maps are merged deeply, lists are replaced, and paths are those of the file that states them', async () => {
  const folder = project({
    'shared/base.yaml': `
model: base.onnx
calibration: { images: pictures/*.jpg, preprocess: { mean: [1, 2, 3], std: 9 } }
edge: { preset: grid, memory: 1 MB, bits: { weights: [2, 4] } }
network: { preset: ../links/mine.yaml }
output: built
`,
    'shared/base.onnx': '',
    'shared/pictures/x.jpg': '',
    'links/mine.yaml':
      'name: mine\ntitle: Mine\nversion: 1\nconfidence: measured\ndescription: Mine.\nuplink: { value: 7 Mbps, source: me }\n',
    'shared/second.json': '{ "edge": { "memory": "2 MB", "bits": { "weights": [8] } }, "cloud": { "preset": "rack" } }',
    'autosplit.config.yaml':
      'extends: [shared/base.yaml, ./shared/second.json]\nedge: { memory: 3 MB }\ncalibration: { preprocess: { mean: 0 } }\n',
  });
  const [config] = await loadConfig({ cwd: folder, presets });
  expect(config).toMatchObject({
    root: folder,
    model: { path: path.join(folder, 'shared/base.onnx') },
    calibration: {
      files: [path.join(folder, 'shared/pictures/x.jpg')],
      preprocess: { mean: [0, 0, 0], std: [9, 9, 9] },
    },
    edge: { memoryBytes: 3e6, bits: { weights: [8] } },
    link: { preset: { name: 'mine' } },
    output: path.join(folder, 'shared/built'),
  });
});

test('extended files can extend others, be modules, be packages, and come twice', async () => {
  const config = await loadOne({
    'package.json': '{}',
    'node_modules/@acme/base/package.json': '{ "name": "@acme/base" }',
    'node_modules/@acme/base/autosplit.config.yaml': 'network: { preset: slow }\nedge: { preset: board }\n',
    'node_modules/plain/package.json': '{ "name": "plain", "main": "settings.json" }',
    'node_modules/plain/settings.json': '{ "cloud": { "preset": "rack" } }',
    'a.ts': "export default { extends: '@acme/base', model: 'net.onnx' };",
    'b.yaml': "extends: ['@acme/base', plain]\ncalibration: { images: data/*.jpg }\n",
    'autosplit.config.yaml': 'extends: [./a.ts, b.yaml]\nedge: { preset: grid }\n',
  });
  expect(config).toMatchObject({
    edge: { preset: { name: 'grid' } },
    link: { preset: { name: 'slow' } },
    cloud: { preset: { name: 'rack' } },
  });
});

test('variants of an extended file are taken along', async () => {
  const folder = project({
    'base.yaml': `${SMALLEST}builds: { a: { edge: { memory: 1 MB } } }`,
    'autosplit.config.yaml': 'extends: base.yaml\nbuilds: { a: { edge: { clock: 1 MHz } }, b: {} }',
  });
  const builds = await loadConfig({ cwd: folder, presets });
  expect(builds.map(({ name, edge }) => [name, edge.memoryBytes, 'clock' in edge.preset && edge.preset.clock])).toEqual(
    [
      ['a', 1e6, 1e6],
      ['b', 4e9, 202_381_000],
    ],
  );
});

test.each<[string, Record<string, string>, string, RegExp, string]>([
  [
    'a circle',
    { 'autosplit.config.yaml': 'extends: a.yaml', 'a.yaml': 'extends: ./b.yaml', 'b.yaml': 'x: 1\nextends: a.yaml' },
    'CONFIG_INVALID',
    /circle: a.yaml -> b.yaml -> a.yaml/,
    'b.yaml:2:10',
  ],
  [
    'itself',
    { 'autosplit.config.yaml': 'extends: ./autosplit.config.yaml' },
    'CONFIG_INVALID',
    /circle/,
    'autosplit.config.yaml:1:10',
  ],
  [
    'a missing file',
    { 'autosplit.config.yaml': 'extends: ./a.yaml' },
    'CONFIG_NOT_FOUND',
    /no file .\/a.yaml/,
    'autosplit.config.yaml:1:10',
  ],
  [
    'a missing package',
    { 'autosplit.config.yaml': 'extends: ["@acme/none"]' },
    'CONFIG_NOT_FOUND',
    /no package @acme\/none/,
    'autosplit.config.yaml:1:11',
  ],
  [
    'a number',
    { 'autosplit.config.yaml': 'extends: 5' },
    'CONFIG_INVALID',
    /path or a package/,
    'autosplit.config.yaml:1:10',
  ],
  [
    'an ending that is none',
    { 'autosplit.config.yaml': 'extends: a.toml', 'a.toml': '' },
    'CONFIG_SYNTAX',
    /cannot be a .toml/,
    'a.toml',
  ],
  [
    'a broken file',
    { 'autosplit.config.yaml': 'extends: a.yaml', 'a.yaml': 'a: [' },
    'CONFIG_SYNTAX',
    /./,
    'a.yaml:1:5',
  ],
])('extending %s is an error with its place', async (_, files, code, message, at) => {
  expect((await problemsIn(files))[0]).toMatchObject({ code, message: expect.stringMatching(message), at });
});

test('a wrong value is reported in the file that states it', async () => {
  const found = await problemsIn({
    'base.yaml': `${SMALLEST}deliver: egde\n`,
    'autosplit.config.yaml': 'extends: base.yaml\nedge: { memory: 4 }\n',
  });
  expect(found.map(({ at }) => at).sort()).toEqual(['autosplit.config.yaml:2:17', 'base.yaml:7:10']);
});

/**
 * References to the environment, written `@{NAME}` here, since `${NAME}` in a string of TypeScript looks like a slip.
 */
const refer = (text: string) => text.replaceAll('@{', '${');

test('the environment fills text in', async () => {
  const yaml = refer(`
model: @{DIR:-.}/@{NAME}.onnx
calibration: { images: data/*.jpg }
edge: { preset: grid, memory: "@{MEMORY} MB" }
network: { preset: slow }
cloud: { preset: rack }
constraints:
  error: @{ERROR:-0.25}
  accuracyDrop: @{DROP:-1 %}
deliver: @{DELIVER:-cloud}
`);
  const env = { NAME: 'net', MEMORY: '7', DELIVER: '' };
  const expected = { edge: { memoryBytes: 7e6 }, constraints: { error: 0.25, accuracyDrop: 0.01 }, deliver: 'cloud' };
  expect(await loadOne(yaml, { env })).toMatchObject(expected);
  const other = { constraints: { error: 3, accuracyDrop: 0.5 }, deliver: 'edge' };
  expect(await loadOne(yaml, { env: { ...env, ERROR: '3', DELIVER: 'edge', DROP: '0.5' } })).toMatchObject(other);
});

test('numbers out of the environment are numbers where the schema wants them, and text elsewhere', async () => {
  const samples = 'data/*.jpg, samples: "@{N}", preprocess: { std: "@{S}" }';
  const yaml = refer(`${SMALLEST.replace('data/*.jpg', samples)}output: "@{N}"`);
  expect(await loadOne(yaml, { env: { N: '12', S: '2.5' } })).toMatchObject({
    calibration: { limit: 12, preprocess: { std: [2.5, 2.5, 2.5] } },
    output: expect.stringMatching(/\/12$/),
  });
  expect(await problemsIn(yaml, { env: { N: 'many', S: '1' } })).toMatchObject([
    { message: '`calibration.samples` cannot be `many`' },
  ]);
});

test('quoted numbers that come from no environment stay text', async () => {
  expect(await problemsIn(SMALLEST.replace('data/*.jpg', 'data/*.jpg, samples: "12"'))).toHaveLength(1);
});

test('a value cannot bring in keys, lists or other references', async () => {
  const injected = refer('x\nedge: { preset: board } # @{HOME} [1]');
  expect(await loadOne(refer(`${SMALLEST}output: @{OUT}\n`), { env: { OUT: injected } })).toMatchObject({
    edge: { preset: { name: 'grid' } },
    output: expect.stringContaining(injected),
  });
});

test('a doubled dollar keeps a reference as it is', async () => {
  expect(await loadOne(refer(`${SMALLEST}output: a-$@{B}`))).toMatchObject({
    output: expect.stringMatching(/a-\$\{B\}$/),
  });
});

test('what is not set, or cannot be understood, is an error with its place', async () => {
  const found = await problemsIn(refer(`${SMALLEST}output: a/@{MISSING}\nsplit: @{1x}\ndeliver: @{OPEN\n`));
  expect(found).toMatchObject([
    {
      code: 'CONFIG_INVALID',
      at: 'autosplit.config.yaml:7:9',
      message: 'the environment variable MISSING is not set',
      hint: refer('set it, or give a default: @{MISSING:-default}'),
    },
    { at: 'autosplit.config.yaml:8:8', message: refer('`@{1x}` cannot be filled in') },
    { at: 'autosplit.config.yaml:9:10', message: refer('`@{OPEN` cannot be filled in') },
  ]);
});

test('a reference that YAML cannot read without quotes', async () => {
  const [first] = await problemsIn(refer('edge: { memory: @{MEMORY} }\n'));
  expect(first).toMatchObject({ code: 'CONFIG_SYNTAX', hint: expect.stringContaining('needs quotes') });
});

test('anchors, aliases and merge keys are followed', async () => {
  const config = await loadOne(`
model: net.onnx
calibration: &samples { images: &glob data/*.jpg, samples: 7, preprocess: { resize: 8 } }
validation: { <<: *samples, samples: 9, labels: labels.csv }
edge: { preset: grid }
network: { preset: slow }
cloud: { preset: rack }
`);
  expect(config.validation).toMatchObject({ pattern: 'data/*.jpg', limit: 9, preprocess: { resize: 8 } });
});
