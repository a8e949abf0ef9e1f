import type { Command } from 'commander';
import { program } from '../../src/cli/main.js';

/** Parses a command line as the program does, and runs nothing. Throws what the program would print. */
export async function parseCommandLine(line: string): Promise<void> {
  // `$ENV` and quotes are the shell's; options of ours hold neither.
  const [, ...args] = line
    .split(/\s+(?:[|>]|&&|;|#)/)[0]
    .trim()
    .split(/\s+/);
  const root = program();
  root.configureOutput({ writeOut: () => {}, writeErr: () => {}, outputError: () => {} });
  const silence = (command: Command) => command.action(() => {});
  root.commands.forEach(silence);
  await root.parseAsync(args, { from: 'user' });
}
