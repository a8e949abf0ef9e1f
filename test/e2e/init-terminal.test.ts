import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { PATIENCE } from '../patience.js';
import { noTerminal } from '../skips/platform.js';
import { unless } from '../skips/unless.js';
import { cli, root, scratch } from './project.js';

/** Answers questions as they come: what is waited for on the screen, and the keys for it. */
async function answering(
  cwd: string,
  answers: readonly (readonly [question: string, keys: string])[],
): Promise<number | undefined> {
  const { CI: _, ...surroundings } = process.env;
  const command = `stty cols 100 rows 40; exec ${process.execPath} ${cli} init`;
  const child = execa('script', ['-qec', command, '/dev/null'], {
    cwd,
    reject: false,
    timeout: PATIENCE,
    env: surroundings,
    extendEnv: false,
  });
  let screen = '';
  const pending = [...answers];
  child.stdout?.on('data', (chunk) => {
    screen += chunk;
    if (pending.length === 0 || !screen.includes(pending[0][0])) return;
    const [, keys] = pending[0];
    pending.shift();
    screen = '';
    child.stdin?.write(keys);
  });
  const { exitCode } = await child;
  expect(pending).toEqual([]);
  return exitCode;
}

function bare(): string {
  const folder = scratch();
  mkdirSync(path.join(folder, 'photos'));
  cpSync(path.join(root, 'examples/license-plates/model.onnx'), path.join(folder, 'model.onnx'));
  cpSync(path.join(root, 'examples/license-plates/data/val/0001.jpg'), path.join(folder, 'photos/1.jpg'));
  return folder;
}

const ENTER = '\r';
const CTRL_C = '\u0003';

describe('init asks', unless(noTerminal), () => {
  test('for what it cannot know; enter takes the default', async () => {
    const folder = bare();
    const code = await answering(folder, [
      ['edge side run on', ENTER],
      ['Which edge device', 'jetson-nano'],
      ['(1 match)', ENTER],
      ['Which link', ENTER],
      ['Which cloud device', ENTER],
    ]);
    expect(code).toBe(0);
    const text = readFileSync(path.join(folder, 'autosplit.config.yaml'), 'utf8');
    expect([...text.matchAll(/preset: (\S+)/g)].map(([, name]) => name)).toEqual(['jetson-nano', '4g', 'nvidia-t4']);
  });

  test('and writes nothing after Ctrl-C', async () => {
    const folder = bare();
    expect(
      await answering(folder, [
        ['edge side run on', ENTER],
        ['Which edge device', CTRL_C],
      ]),
    ).toBe(130);
    expect(existsSync(path.join(folder, 'autosplit.config.yaml'))).toBe(false);
  });
});
