import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { fishScript } from '../../src/cli/completion/fish.js';
import { shapeOf } from '../../src/cli/completion/shape.js';
import { zshScript } from '../../src/cli/completion/zsh.js';
import { program } from '../../src/cli/main.js';
import { EXPECTED, scripted } from '../cli/completion-cases.js';
import { noShell } from '../skips/platform.js';
import { unless } from '../skips/unless.js';
import { aptInstall } from './tool.js';

const shape = shapeOf(program());

/** Installs a shell where it is missing; says why it cannot. */
const prepared = async (name: string) => noShell(name) && (await aptInstall(name));
const noFish = await prepared('fish');
const noZsh = await prepared('zsh');

describe('fish', unless(noFish), () => {
  test.each(EXPECTED)('%j', (words, offered) => {
    const { folder, script } = scripted(fishScript(shape));
    const run = `source ${script}; complete -C 'autosplit ${words.join(' ')}'`;
    const said = execFileSync('fish', ['--no-config', '-c', run], { cwd: folder, encoding: 'utf8' });
    const found = said
      .trim()
      .split('\n')
      .map((line) => line.split('\t')[0].replaceAll('\\', ''));
    expect(found.sort()).toEqual(offered);
  });
});

test('zsh can read its script', unless(noZsh), () => {
  const { script } = scripted(zshScript(shape));
  expect(execFileSync('zsh', ['-n', script], { encoding: 'utf8' })).toBe('');
});
