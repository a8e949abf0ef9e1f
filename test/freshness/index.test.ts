import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { recordedEffort } from '../../src/freshness/index.js';
import { temporaryFolder } from '../util/temporary.js';

const manifest = (config: object) => JSON.stringify({ version: 1, inputs: { config }, files: {} });

test('a bundle says what effort it was built with', async () => {
  const folder = temporaryFolder({ 'split-manifest.json': manifest({ effort: 'fast' }) });
  expect(await recordedEffort(folder)).toBe('fast');
});

test.each([{}, { effort: 'great' }, { effort: 7 }])('one that says %j does not', async (config) => {
  const folder = temporaryFolder({ 'split-manifest.json': manifest(config) });
  expect(await recordedEffort(folder)).toBeUndefined();
});

test('nor does a folder without a bundle, or with a broken one', async () => {
  const folder = temporaryFolder({});
  expect(await recordedEffort(folder)).toBeUndefined();
  writeFileSync(path.join(folder, 'split-manifest.json'), '{');
  expect(await recordedEffort(folder)).toBeUndefined();
});
