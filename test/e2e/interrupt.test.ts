import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { PATIENCE } from '../patience.js';
import { smallNetwork } from '../shared.js';
import { onWindows } from '../skips/platform.js';
import { unless } from '../skips/unless.js';
import { npy } from './npy.js';
import { autosplit, built, configure, copyOf, digestsOf, project, scratch, UNLABELLED } from './project.js';

let older: string;
beforeAll(async () => {
  older = await built(project(UNLABELLED));
});

/** Processes whose command line names a folder (Linux). */
const processesOf = (folder: string) =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((id) => {
      try {
        return readFileSync(`/proc/${id}/cmdline`, 'latin1').includes(folder);
      } catch {
        return false;
      }
    });

/** Runs a command and sends a signal some time after a line that starts with `at` has appeared. */
const interrupted = (folder: string, command: string, signal: 'SIGINT' | 'SIGTERM', at: string, milliseconds: number) =>
  autosplit(folder, [command], {
    onStart: async (child) => {
      await new Promise<void>((resolve) => {
        let said = '';
        child.stderr?.on('data', (chunk) => {
          said += chunk;
          if (said.includes(at)) resolve();
        });
        child.finally(resolve);
      });
      await setTimeout(milliseconds);
      child.kill(signal);
    },
  });

describe('an interrupted build leaves the older bundle and nothing else', unless(onWindows), () => {
  test.each<['SIGINT' | 'SIGTERM', string, number, number]>([
    ['SIGINT', '❯ Calibrate', 200, 130],
    ['SIGINT', '❯ Verify', 0, 130],
    ['SIGTERM', '❯ Verify', 150, 143],
  ])('%s at "%s" + %d ms', async (signal, at, milliseconds, code) => {
    const folder = copyOf(older);
    // Another cut, so that the bundle would be another.
    configure(folder, { split: 'cloud-only' });
    const before = digestsOf(folder);
    const { exitCode, stdout, stderr } = await interrupted(folder, 'build', signal, at, milliseconds);
    expect([exitCode, stdout]).toEqual([code, '']);
    expect(stderr).toMatch(/\ninterrupted$/);
    expect(digestsOf(folder)).toEqual(before);
    configure(folder, { split: 'auto' });
    expect((await autosplit(folder, ['check'])).exitCode).toBe(0);
    if (existsSync('/proc')) {
      await expect.poll(() => processesOf(folder), { timeout: PATIENCE }).toEqual([]);
    }
  });

  test('a network that never ends', async () => {
    const folder = scratch();
    writeFileSync(path.join(folder, 'x.npy'), npy([1, 4], [1, 2, 3, 4]));
    writeFileSync(
      path.join(folder, 'autosplit.config.json'),
      JSON.stringify({
        model: smallNetwork('endless'),
        calibration: { inputs: 'x.npy' },
        edge: { preset: 'eyeriss' },
        network: { preset: '3g' },
        cloud: { preset: 'tpu-v1' },
      }),
    );
    expect((await interrupted(folder, 'plan', 'SIGINT', '❯ Read', 1500)).exitCode).toBe(130);
  });
});

test('a crash between the two renames of a commit is mended', async () => {
  const folder = copyOf(older);
  const before = digestsOf(path.join(folder, 'autosplit'));
  renameSync(path.join(folder, 'autosplit'), path.join(folder, '.autosplit-autosplit-old'));
  const { exitCode } = await autosplit(folder, ['check']);
  expect(exitCode).toBe(0);
  expect(digestsOf(path.join(folder, 'autosplit'))).toEqual(before);
});
