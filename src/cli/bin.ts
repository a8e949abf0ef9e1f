#!/usr/bin/env node
import { writeSync } from 'node:fs';
import { CommanderError } from 'commander';
import { AutosplitError } from '../util/error.js';
import { printError } from './errors.js';
import { program } from './main.js';

/** Parses arguments, runs a command and gives the exit code. */
async function main(argv: readonly string[]): Promise<number> {
  try {
    await program().parseAsync([...argv], { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    const json = argv.includes('--json');
    if (!(error instanceof CommanderError)) return printError(error, json);
    // --help and --version also end here, without an error. Without a command, the help has already been printed.
    if (error.exitCode === 0) return 0;
    return error.code === 'commander.help' && !json ? 2 : printError(usageError(error), json);
  }
}

/** Turns an error of commander into one of autosplit, with the suggestion as its hint. */
function usageError({ code, message }: CommanderError): AutosplitError {
  if (code === 'commander.help')
    return new AutosplitError('USAGE', 'there is no command', { hint: 'see `autosplit --help`' });
  const [problem, meant] = message.replace(/^error: /, '').split('\n');
  const hint = meant?.replace(/^\(Did you mean (.+)\?\)$/, 'did you mean `$1`?') ?? 'see `autosplit --help`';
  return new AutosplitError('USAGE', problem, { hint });
}

/** Signals that end the program, with their numbers. Exiting lets cleanup handlers remove temporary files. */
const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

for (const [signal, number] of Object.entries(SIGNALS)) {
  process.once(signal, () => {
    try {
      writeSync(2, '\ninterrupted\n');
    } catch {
      // The terminal is gone.
    }
    process.exit(128 + number);
  });
}

// A closed pipe, as behind `| head`, is not an error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

// Since 1.29, onnxruntime sends names and hashes of models to its vendor unless this is set before it is loaded.
process.env.ORT_DISABLE_TELEMETRY ??= '1';
process.exitCode = await main(process.argv.slice(2));
