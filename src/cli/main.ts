#!/usr/bin/env node
import { Command, CommanderError, Option } from 'commander';
import { ownPackage } from '../bundle/shipped.js';
import { AutosplitError } from '../util/error.js';
import { printError } from './errors.js';

/** Options that every command takes. */
export interface CommonOptions {
  config?: string;
  cwd: string;
  build?: string;
  json: boolean;
  quiet: boolean;
  threads?: number;
}

const common = (command: Command): Command =>
  command
    .option('-c, --config <file>', 'config file (default: autosplit.config.{yaml,yml,json,js,mjs,ts} from here upwards)')
    .option('--cwd <folder>', 'work as if started there', process.cwd())
    .option('-b, --build <name>', 'only this entry of `builds`')
    .option('--json', 'one JSON document on stdout', false)
    .option('-q, --quiet', 'no progress', false);

const threads = () =>
  new Option('--threads <n>', 'threads inside one operator; results do not depend on it').argParser((text) => {
    const count = Number(text);
    if (!Number.isInteger(count) || count < 1) throw new AutosplitError('USAGE', `--threads takes a whole number from 1, not "${text}"`);
    return count;
  });

function program(): Command {
  const root = new Command('autosplit')
    .description('Splits a trained neural network between an edge device and the cloud.')
    .version(ownPackage().version, '-V, --version')
    .exitOverride()
    .showSuggestionAfterError()
    .addHelpText(
      'after',
      `
Examples:
  autosplit build                      plan, quantize, write and verify both bundles
  autosplit plan --json > plan.json    stop after the planner
  autosplit check                      exit 1 when the committed bundle is stale
  autosplit presets edge raspberry-pi-4

Exit codes: 0 done, 1 a negative answer (stale, infeasible, failed verification), 2 usage, config or input error.`,
    );
  common(root.command('build').description('plan, quantize, write and verify the bundles'))
    .addOption(threads())
    .action(async (options: CommonOptions) => (await import('./build.js')).buildCommand(options));
  common(root.command('plan').description('find cut and bits; write nothing'))
    .addOption(threads())
    .action(async (options: CommonOptions) => (await import('./plan.js')).planCommand(options));
  common(root.command('check').description('say whether the committed bundle is what the inputs give'))
    .option('--rebuild', 'build in memory and compare bytes', false)
    .addOption(threads())
    .action(async (options: CommonOptions & { rebuild: boolean }) => (await import('./check.js')).checkCommand(options));
  root
    .command('presets')
    .description('list presets, or print one with its sources')
    .argument('[kind]', 'edge, network or cloud')
    .argument('[name]', 'a preset or an alias')
    .option('--json', 'one JSON document on stdout', false)
    .action(async (kind: string | undefined, name: string | undefined, options: { json: boolean }) =>
      (await import('./presets.js')).presetsCommand(kind, name, options),
    );
  return root;
}

/** Parses arguments, runs a command and gives the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    await program().parseAsync([...argv], { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    return printError(error, argv.includes('--json'));
  }
}

process.exitCode = await main(process.argv.slice(2));
