import path from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.js';
import { isWatched, union, watchedAfter, watchedBy } from '../../src/freshness/watched.js';
import { writeModel } from '../../src/onnx/write.js';
import { AutosplitError } from '../../src/util/error.js';
import { tensorModel } from '../onnx/tensor-model.js';
import { addFiles, temporaryFolder } from '../util/temporary.js';

const example = path.resolve('examples/license-plates');
const at = (name: string) => path.join(example, name);

test('all that a build reads is watched, and its folders of samples for new ones', async () => {
  const watched = await watchedBy(await loadConfig({ cwd: example }));
  const wanted = [
    'autosplit.config.yaml',
    'model.onnx',
    'metric.mjs',
    'data/val.csv',
    'data/calib/0001.jpg',
    'data/val/0001.jpg',
  ];
  for (const name of wanted) expect(watched.files, name).toContain(at(name));
  expect(
    [...watched.files]
      .filter((file) => file.endsWith('.yaml'))
      .map((file) => path.basename(file))
      .sort(),
  ).toEqual(['3g.yaml', 'autosplit.config.yaml', 'eyeriss.yaml', 'tpu-v1.yaml']);
  expect([...watched.folders].sort()).toEqual([at('data/calib'), at('data/val')]);
  expect(
    ['data/val/new.jpg', 'data/val/.new.jpg.swp', 'data/new.jpg', 'autosplit/edge/edge.mjs'].map((name) =>
      isWatched(watched, at(name)),
    ),
  ).toEqual([true, false, false, false]);
});

test('a config that extends another is watched with it', async () => {
  const folder = temporaryFolder({
    'base.yaml': 'calibration: { images: "*.jpg" }\nnetwork: { preset: 3g }\n',
    'autosplit.config.yaml':
      'extends: ./base.yaml\nmodel: m.onnx\nedge: { preset: eyeriss }\ncloud: { preset: tpu-v1 }\n',
    'm.onnx': '',
    'a.jpg': '',
  });
  const [config] = await loadConfig({ cwd: folder });
  expect(config.read.slice(0, 2)).toEqual([path.join(folder, 'autosplit.config.yaml'), path.join(folder, 'base.yaml')]);
});

test('external data of a model, and what a metric imports, are read as well', async () => {
  const { skeleton, external } = writeModel(tensorModel('float32', [4]), {
    dataFile: 'weights/model.data',
    threshold: 0,
  });
  expect(external).toHaveLength(1);
  const folder = temporaryFolder({
    'autosplit.config.yaml': `model: m.onnx
calibration: { images: "*.jpg" }
validation: { images: "*.jpg", labels: labels.csv, metric: ./metric.mjs }
edge: { preset: eyeriss }
network: { preset: 3g }
cloud: { preset: tpu-v1 }
`,
    'm.onnx': skeleton,
    'weights/model.data': new Uint8Array(16),
    'a.jpg': '',
    'labels.csv': '',
    'metric.mjs': "export { default } from './lib/score.mjs';\n",
    'lib/score.mjs':
      "import 'sharp';\nimport path from 'node:path';\nimport { one } from '../one.mjs';\nexport default () => one(path);\n",
    'one.mjs': 'export const one = () => 1;\n',
  });
  const { files } = await watchedBy(await loadConfig({ cwd: folder }));
  for (const name of ['m.onnx', 'weights/model.data', 'metric.mjs', 'lib/score.mjs', 'one.mjs'])
    expect(files).toContain(path.join(folder, name));
  expect([...files].filter((file) => file.includes('node_modules'))).toEqual([]);
  // Somebody is about to mend them.
  addFiles(folder, { 'm.onnx': 'no model', 'metric.mjs': "export { default } from './gone.mjs';\n" });
  const { files: after } = await watchedBy(await loadConfig({ cwd: folder }));
  expect([...after]).toEqual(expect.arrayContaining([path.join(folder, 'm.onnx'), path.join(folder, 'metric.mjs')]));
});

test('what cannot be read is watched until it is mended', async () => {
  const folder = temporaryFolder({ 'autosplit.config.yaml': '' });
  const problem = new AutosplitError('PRESET_INVALID', 'no', { location: { file: '/a/link.yaml' } });
  const { files } = await watchedAfter(new AutosplitError('CONFIG_INVALID', 'no', { problems: [problem] }), {
    cwd: folder,
  });
  expect([...files]).toEqual(['/a/link.yaml', path.join(folder, 'autosplit.config.yaml')]);
  expect((await watchedAfter(new Error('no'), { cwd: folder, config: 'gone.yaml' })).files.size).toBe(0);
  expect(union({ files, folders: new Set() }, { files: new Set(['/b']), folders: new Set(['/c']) }).files.size).toBe(3);
});
