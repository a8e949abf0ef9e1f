import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { bashScript } from '../../src/cli/completion/bash.js';
import { fishScript } from '../../src/cli/completion/fish.js';
import { shapeOf } from '../../src/cli/completion/shape.js';
import { zshScript } from '../../src/cli/completion/zsh.js';
import { program } from '../../src/cli/main.js';
import { noShell } from '../skips/platform.js';
import { unless } from '../skips/unless.js';
import { EXPECTED, scripted } from './completion-cases.js';

const shape = shapeOf(program());

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

test('every command and every option is in every script', () => {
  for (const text of [bashScript(shape), zshScript(shape), fishScript(shape)]) {
    for (const { name, options } of shape) {
      expect(text).toContain(name);
      for (const { flags } of options) expect(flags.some((flag) => text.includes(flag.replace(/^--/, '')))).toBe(true);
    }
  }
});
