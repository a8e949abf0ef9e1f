import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { bashScript } from '../../src/cli/completion/bash.js';
import { fishScript } from '../../src/cli/completion/fish.js';
import { shapeOf } from '../../src/cli/completion/shape.js';
import { zshScript } from '../../src/cli/completion/zsh.js';
import { program } from '../../src/cli/main.js';
import { noShell } from '../skips/platform.js';
import { unless } from '../skips/unless.js';
import { temporaryFolder } from '../util/temporary.js';

const shape = shapeOf(program());

/** A folder with the script of a shell and a file to complete. */
function scripted(text: string): { folder: string; script: string } {
  const folder = temporaryFolder({ 'my config.yaml': '' });
  const script = path.join(folder, 'script');
  writeFileSync(script, text);
  return { folder, script };
}

/** What a shell offers for the last of some words; the words after `autosplit`. */
const EXPECTED: [words: string[], offered: string[]][] = [
  [['bu'], ['build']],
  [
    ['build', '--solver', ''],
    ['highs', 'search'],
  ],
  [
    ['presets', ''],
    ['cloud', 'edge', 'network'],
  ],
  [['presets', 'edge', 'raspberry-pi-z'], ['raspberry-pi-zero-2w']],
  [['presets', 'network', 'lora-sf1'], ['lora-sf12']],
  [['init', '--edge', 'raspberry-pi-z'], ['raspberry-pi-zero-2w']],
  [['plan', '--edge', 'raspberry-pi-z'], ['raspberry-pi-zero-2w']],
  [['build', '--target', 'onnxruntime-w'], ['onnxruntime-web']],
  [['explain', '--split', 'c'], ['cloud-only']],
  [['completion', 'z'], ['zsh']],
  [['plan', '--config', 'my'], ['my config.yaml']],
  [['build', '--wat'], ['--watch']],
];

describe('bash', unless(noShell('bash')), () => {
  test.each(EXPECTED)('%j', (words, offered) => {
    const { folder, script } = scripted(bashScript(shape));
    const run =
      // biome-ignore lint/suspicious/noTemplateCurlyInString: bash
      'source "$1"; shift; COMP_WORDS=(autosplit "$@"); COMP_CWORD=$#; _autosplit; printf "%s\\n" "${COMPREPLY[@]}"';
    const said = execFileSync('bash', ['-c', run, '_', script, ...words], { cwd: folder, encoding: 'utf8' });
    expect(said.trim().split('\n').sort()).toEqual(offered);
  });
});

describe('fish', unless(noShell('fish')), () => {
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

test('zsh can read its script', unless(noShell('zsh')), () => {
  const { script } = scripted(zshScript(shape));
  expect(execFileSync('zsh', ['-n', script], { encoding: 'utf8' })).toBe('');
});

test('every command and every option is in every script', () => {
  for (const text of [bashScript(shape), zshScript(shape), fishScript(shape)]) {
    for (const { name, options } of shape) {
      expect(text).toContain(name);
      for (const { flags } of options) expect(flags.some((flag) => text.includes(flag.replace(/^--/, '')))).toBe(true);
    }
  }
});
