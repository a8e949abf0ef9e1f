import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openProject } from '../../src/plugin/project.js';
import { pageProject, touch } from './project.js';

const open = (folder: string) => openProject({}, () => ({ root: folder, isDevelopment: false, log: () => {} }));

test('the side of a fresh bundle is looked for once', async () => {
  const folder = pageProject();
  const project = open(folder);
  const side = await project.half('default');
  expect(side).toMatchObject({
    name: 'default',
    folder: path.join(folder, 'autosplit/edge'),
    runs: 'browser',
    hasModel: true,
  });
  expect(project.half('default')).toBe(project.half('default'));
  expect(project.sideAt(side.file)).toBe(side);
  expect(project.sideAt(path.join(folder, 'edge.mjs'))).toBeUndefined();
});

test('a stale bundle is refused by the name of what has changed, from the next look on', async () => {
  const folder = pageProject();
  const project = open(folder);
  await project.half('default');
  touch(folder, '../license-plates/metric.mjs');
  await project.half('default');
  project.forget();
  await expect(project.refresh()).rejects.toMatchObject({
    code: 'BUNDLE_STALE',
    message: 'the bundle autosplit is stale: validation: ../license-plates/metric.mjs has changed',
    exitCode: 1,
  });
  await expect(project.half('default')).rejects.toMatchObject({ code: 'BUNDLE_STALE' });
});

test('a missing bundle, a missing build and a broken config are errors until they are mended', async () => {
  const folder = pageProject();
  const config = path.join(folder, 'autosplit.config.yaml');
  const project = open(folder);
  await expect(project.half('plates')).rejects.toMatchObject({ code: 'USAGE', hint: 'allowed: default' });

  const text = readFileSync(config, 'utf8');
  writeFileSync(config, text.replace('uplink:', 'uplonk:'));
  project.forget();
  await expect(project.half('default')).rejects.toMatchObject({ code: 'CONFIG_INVALID', location: { file: config } });
  expect(project.watched().files).toContain(config);

  writeFileSync(config, text);
  project.forget();
  await expect(project.half('default')).resolves.toMatchObject({ name: 'default' });

  rmSync(path.join(folder, 'autosplit'), { recursive: true });
  project.forget();
  await expect(project.half('default')).rejects.toMatchObject({
    code: 'BUNDLE_MISSING',
    hint: 'run `npx autosplit build`',
  });
});
