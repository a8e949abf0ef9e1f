import { execa } from 'execa';
import { expect, test } from 'vitest';

test('every preset is locked: no number has changed without a new version', async () => {
  const { exitCode, stderr } = await execa(process.execPath, ['scripts/lock-presets.mjs', '--check'], {
    reject: false,
  });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
});
