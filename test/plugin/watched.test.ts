import path from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.js';
import { isWatched, union, watchedAfter, watchedBy } from '../../src/plugin/watched.js';
import { AutosplitError } from '../../src/util/error.js';
import { temporaryFolder } from '../util/temporary.js';

const example = path.resolve('examples/license-plates');
const at = (name: string) => path.join(example, name);

test('all that a build reads is watched, and its folders of samples for new ones', async () => {
  const watched = watchedBy(await loadConfig({ cwd: example }), [at('model.data')]);
  const wanted = [
    'autosplit.config.yaml',
    'model.onnx',
    'model.data',
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
    ['data/val/new.jpg', 'data/val/.new.jpg.swp', 'data/new.jpg', 'autosplit/edge/edge.mjs'].map((name) => isWatched(watched, at(name))),
  ).toEqual([true, false, false, false]);
});

test('a config that extends another is watched with it', async () => {
  const folder = temporaryFolder({
    'base.yaml': 'calibration: { images: "*.jpg" }\nnetwork: { preset: 3g }\n',
    'autosplit.config.yaml': 'extends: ./base.yaml\nmodel: m.onnx\nedge: { preset: eyeriss }\ncloud: { preset: tpu-v1 }\n',
    'm.onnx': '',
    'a.jpg': '',
  });
  const [config] = await loadConfig({ cwd: folder });
  expect(config.read.slice(0, 2)).toEqual([path.join(folder, 'autosplit.config.yaml'), path.join(folder, 'base.yaml')]);
});

test('what cannot be read is watched until it is mended', async () => {
  const folder = temporaryFolder({ 'autosplit.config.yaml': '' });
  const problem = new AutosplitError('PRESET_INVALID', 'no', { location: { file: '/a/link.yaml' } });
  const { files } = await watchedAfter(new AutosplitError('CONFIG_INVALID', 'no', { problems: [problem] }), folder);
  expect([...files]).toEqual(['/a/link.yaml', path.join(folder, 'autosplit.config.yaml')]);
  expect((await watchedAfter(new Error('no'), folder, 'gone.yaml')).files.size).toBe(0);
  expect(union({ files, folders: new Set() }, { files: new Set(['/b']), folders: new Set(['/c']) }).files.size).toBe(3);
});
