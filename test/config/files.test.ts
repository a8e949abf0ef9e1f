import path from 'node:path';
import { expect, test } from 'vitest';
import { configFiles } from '../../src/config/files.js';
import { addFiles, temporaryFolder } from '../util/temporary.js';

const CONFIG = 'autosplit.config.yaml';

test('a config is itself, what it extends, and the presets that it names by path', async () => {
  const root = temporaryFolder({
    [CONFIG]: 'extends: ./shared/base.yaml\nedge: { preset: ./presets/board.yaml }\ncloud: { preset: nvidia-t4 }\n',
    'shared/base.yaml':
      'extends: ./deep.json\nnetwork: { preset: link.yml }\nbuilds: { a: { edge: { preset: ../presets/other.yaml } } }\n',
    'shared/deep.json': '{ "deliver": "cloud" }',
  });
  const files = await configFiles({ cwd: root, env: {} });
  expect(files.map((file) => path.relative(root, file).replaceAll(path.sep, '/')).sort()).toEqual([
    CONFIG,
    'presets/board.yaml',
    'presets/other.yaml',
    'shared/base.yaml',
    'shared/deep.json',
    'shared/link.yml',
  ]);
});

test('one that cannot be read is one file, and none is an error', async () => {
  const root = temporaryFolder({ [CONFIG]: 'a: [' });
  expect(await configFiles({ cwd: root, env: {} })).toEqual([path.join(root, CONFIG)]);
  addFiles(root, { [CONFIG]: 'edge: { preset: "$' + '{BOARD:-./board.yaml}" }\n' });
  expect(await configFiles({ cwd: root, env: { BOARD: './mine.yaml' } })).toContain(path.join(root, 'mine.yaml'));
  await expect(configFiles({ cwd: temporaryFolder(), env: {} })).rejects.toMatchObject({ code: 'CONFIG_NOT_FOUND' });
});
