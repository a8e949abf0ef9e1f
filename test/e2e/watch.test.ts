import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { onWindows } from '../skips/platform.js';
import { unless } from '../skips/unless.js';
import { autosplit, configure, project, scratch, UNLABELLED } from './project.js';

const CONFIG = 'autosplit.config.yaml';

/** Resolves once a process has said a text on stderr `times` times. */
type Heard = (text: string, times: number) => Promise<void>;

/** Runs `build --watch`, does something meanwhile, and ends it as Ctrl-C does. */
const watched = (folder: string, meanwhile: (heard: Heard) => Promise<void>) =>
  autosplit(folder, ['build', '--watch', '--quiet'], {
    // What did not change is not computed again.
    env: { AUTOSPLIT_CACHE: scratch('autosplit-cache-') },
    onStart: async (child) => {
      let said = '';
      let look = () => {};
      child.stderr?.on('data', (chunk) => {
        said += chunk;
        look();
      });
      const ended = new Promise<never>((_, reject) => {
        child.finally(() => reject(new Error(`the watch ended: ${said}`)));
      });
      ended.catch(() => {});
      const heard: Heard = (text, times) =>
        Promise.race([
          ended,
          new Promise<void>((resolve) => {
            look = () => {
              if (said.split(text).length > times) resolve();
            };
            look();
          }),
        ]);
      try {
        await meanwhile(heard);
      } finally {
        child.kill('SIGINT');
      }
    },
  });

test('build --watch builds again on a change, survives a mistake, and ends cleanly', unless(onWindows), async () => {
  const folder = project({
    ...UNLABELLED,
    split: 'cloud-only',
    calibration: { images: 'data/calib/*.jpg', samples: 4 },
  });
  const manifest = () => JSON.parse(readFileSync(path.join(folder, 'autosplit/split-manifest.json'), 'utf8'));
  const seen: string[] = [];
  const { exitCode, stderr } = await watched(folder, async (heard) => {
    await heard('waiting for changes', 1);
    seen.push(manifest().inputs.config.deliver);
    // What is no input changes nothing: the next thing that is said is about the mistake.
    writeFileSync(path.join(folder, 'notes.txt'), 'x');
    const good = readFileSync(path.join(folder, CONFIG), 'utf8');
    writeFileSync(path.join(folder, CONFIG), good.replace('network:', 'netwrok:'));
    await heard('waiting for changes', 2);
    seen.push(manifest().inputs.config.deliver);
    writeFileSync(path.join(folder, CONFIG), good);
    configure(folder, { deliver: 'cloud' });
    await heard('waiting for changes', 3);
    seen.push(manifest().inputs.config.deliver);
    cpSync(path.join(folder, 'data/calib/0001.jpg'), path.join(folder, 'data/calib/new.jpg'));
    await heard('waiting for changes', 4);
    seen.push(String(Object.keys(manifest().inputs.calibration).includes('data/calib/new.jpg')));
  });
  expect(seen).toEqual(['edge', 'edge', 'cloud', 'true']);
  expect(stderr).toContain('did you mean `network`?');
  expect(stderr).toMatch(/interrupted$/);
  expect(exitCode).toBe(130);
});

test('--watch has no one JSON document to print', async () => {
  const { exitCode, stdout } = await autosplit(project(UNLABELLED), ['build', '--watch', '--json']);
  expect([exitCode, JSON.parse(stdout).error.code]).toEqual([2, 'USAGE']);
});
