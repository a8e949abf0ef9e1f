import type { Command } from 'commander';
import { bashScript } from './completion/bash.js';
import { fishScript } from './completion/fish.js';
import { shapeOf } from './completion/shape.js';
import { zshScript } from './completion/zsh.js';
import type { Shell } from './shells.js';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript };

/**
 * `autosplit completion SHELL`: prints a script that is generated from the command line, so that it has every option.
 */
export function completionCommand(shell: Shell, root: Command): void {
  process.stdout.write(SCRIPTS[shell](shapeOf(root)));
}
