import { Argument, Command, Option } from 'commander';
import { SOLVERS } from '../api/options.js';
import { AutosplitError } from '../util/error.js';
import { ownPackage } from '../util/package.js';
import type { BuildOptions } from './build.js';
import type { CompareOptions } from './compare.js';
import { withExamples } from './examples.js';
import type { InitOptions } from './init.js';
import type { CommonOptions, SolvedOptions } from './options.js';
import { overridesOf, withOutput, withOverrides } from './override-options.js';
import type { ProfileOptions } from './profile.js';
import type { ReportOptions } from './report.js';
import { addShape } from './shape-option.js';
import { SHELLS, type Shell } from './shells.js';

const common = (command: Command): Command =>
  command
    .option(
      '-c, --config <file>',
      'config file (default: autosplit.config.{yaml,yml,json,js,mjs,ts} from here upwards)',
    )
    .option('--cwd <folder>', 'work as if started there', process.cwd())
    .option('-b, --build <name>', 'only this entry of `builds`')
    .option('--json', 'one JSON document on stdout', false)
    .option('-q, --quiet', 'no progress', false);

/** Adds the options that override the config as `flags`. */
const read = <Options extends object>(options: Options) => ({ ...options, flags: overridesOf(options) });

const wholeNumber =
  (option: string) =>
  (text: string): number => {
    const count = Number(text);
    if (!Number.isInteger(count) || count < 1)
      throw new AutosplitError('USAGE', `${option} takes a whole number from 1, not "${text}"`);
    return count;
  };

const threads = () =>
  new Option('--threads <n>', 'threads inside one operator; results do not depend on it').argParser(
    wholeNumber('--threads'),
  );

const noCache = () => new Option('--no-cache', 'compute everything anew, keep nothing');

const measured = () =>
  new Option('--measured', 'the plan that `build` takes by measured accuracy (slower)').default(false);

const solver = () =>
  new Option('--solver <name>', 'the solver: our own search, or the integer program solver HiGHS (slow)')
    .choices(SOLVERS)
    .default('search');

const sweepOption = () =>
  new Option(
    '--sweep <range>',
    'solve along uplink=0.1..100Mbps, memory=256KiB..16MB or error=0.001..0.1, `:20` for 20 points',
  );

/** Builds the command line. Each command is loaded when it runs. */
export function program(): Command {
  const root = new Command('autosplit')
    .description('Splits a trained neural network between an edge device and the cloud.')
    .version(ownPackage().version, '-V, --version')
    .exitOverride()
    .showSuggestionAfterError()
    // Errors are printed in one place: errors.ts.
    .configureOutput({ outputError: () => {} })
    .addHelpText(
      'after',
      `
Examples:
  autosplit init                       write a commented config for what lies in this folder
  autosplit build                      plan, quantize, write and verify both bundles
  autosplit plan --edge jetson-nano --uplink 2Mbps    another device and link than the config names
  autosplit plan --json > plan.json    stop after the planner
  autosplit check                      exit 1 when the committed bundle is stale
  autosplit compare --sweep uplink=0.1..100Mbps
  autosplit explain                    what binds, the next best cut, when the cut changes
  autosplit report --against main      a summary for a pull request
  autosplit presets edge raspberry-pi-4
  autosplit profile -o presets/my-device.yaml

Exit codes: 0 done, 1 a negative answer (stale, infeasible, failed verification), 2 usage, config or input error.`,
    );
  addSetUp(root);
  addSplitting(root);
  addUnderstanding(root);
  return withExamples(root);
}

/** init, presets, profile, completion */
function addSetUp(root: Command): void {
  root
    .command('init')
    .description('look through a project and write a commented config')
    .option('-y, --yes', 'take the defaults, ask nothing', false)
    .option('--force', 'replace a config that is there already', false)
    .option('-m, --model <file>', 'the network; the largest one found where not given')
    .option('--edge <preset>', 'the edge device')
    .option('--network <preset>', 'the link')
    .option('--cloud <preset>', 'the cloud device')
    .option('--cwd <folder>', 'work as if started there', process.cwd())
    .option('--json', 'one JSON document on stdout', false)
    .action(async (options: InitOptions) => (await import('./init.js')).initCommand(options));
  root
    .command('presets')
    .description('list presets, or print one with its sources')
    .argument('[kind]', 'edge, network or cloud')
    .argument('[name]', 'a preset or an alias')
    .option('--json', 'one JSON document on stdout', false)
    .action(async (kind: string | undefined, name: string | undefined, options: { json: boolean }) =>
      (await import('./presets.js')).presetsCommand(kind, name, options),
    );
  root
    .command('profile')
    .description('measure this machine with onnxruntime and write a preset of it')
    .option('-m, --model <files...>', 'measure these networks instead of a benchmark of operators', [])
    .option('--shape <input=dims>', 'shape of an input that the model leaves open, as input=1x3x224x224', addShape, {})
    .option('-c, --config <file>', 'measure the networks of a config, with its calibration samples')
    .option('-b, --build <name>', 'with --config: only this entry of `builds`')
    .option('-o, --output <file>', 'the preset to write; on stdout where not given')
    .option('--force', 'replace a file that is there already', false)
    .addOption(new Option('--side <side>', 'what the preset is for').choices(['edge', 'cloud']).default('edge'))
    .addOption(
      new Option('--threads <n>', 'threads inside one operator: what the preset holds for')
        .default(1)
        .argParser(wholeNumber('--threads')),
    )
    .addOption(
      new Option('--rounds <n>', 'processes that time each network (default: 7, of the benchmark 4)').argParser(
        wholeNumber('--rounds'),
      ),
    )
    .option('--cwd <folder>', 'work as if started there', process.cwd())
    .option('--json', 'one JSON document on stdout', false)
    .option('-q, --quiet', 'no progress', false)
    .action(async (options: ProfileOptions) => (await import('./profile.js')).profileCommand(options));
  root
    .command('completion')
    .description('print a script that completes the command line in a shell')
    .addArgument(new Argument('<shell>', 'bash, zsh or fish').choices(SHELLS))
    .action(async (shell: Shell) => (await import('./completion.js')).completionCommand(shell, root));
}

/** build, plan, check */
function addSplitting(root: Command): void {
  withOutput(withOverrides(common(root.command('build').description('plan, quantize, write and verify the bundles'))))
    .addOption(solver())
    .addOption(threads())
    .addOption(noCache())
    .option('-w, --watch', 'build again whenever an input changes', false)
    .action(async (options: BuildOptions) => (await import('./build.js')).buildCommand(read(options)));
  withOverrides(common(root.command('plan').description('find cut and bits; write nothing')))
    .addOption(measured())
    .addOption(solver())
    .addOption(threads())
    .addOption(noCache())
    .action(async (options: SolvedOptions) => (await import('./plan.js')).planCommand(read(options)));
  withOutput(
    withOverrides(common(root.command('check').description('check that the committed bundle matches its inputs'))),
  )
    .option('--rebuild', 'build in memory and compare bytes', false)
    .addOption(threads())
    .action(async (options: CommonOptions & { rebuild: boolean }) =>
      (await import('./check.js')).checkCommand(read(options)),
    );
}

/** compare, explain, report */
function addUnderstanding(root: Command): void {
  withOverrides(common(root.command('compare').description('other methods beside the plan, on the same accounting')))
    .addOption(sweepOption())
    .addOption(measured())
    .addOption(solver())
    .option('--csv', 'a table as CSV on stdout; that of the sweep where there is one', false)
    .addOption(threads())
    .addOption(noCache())
    .action(async (options: CompareOptions) => (await import('./compare.js')).compareCommand(read(options)));
  withOverrides(common(root.command('explain').description('why this cut, and what would change the answer')))
    .addOption(measured())
    .addOption(threads())
    .addOption(noCache())
    .action(async (options: SolvedOptions) => (await import('./explain.js')).explainCommand(read(options)));
  common(root.command('report').description('report on the committed bundle, as Markdown, HTML or JSON'))
    .addOption(new Option('--format <format>', 'md, html or json (default: md)').choices(['md', 'html', 'json']))
    .option('--against <commit>', 'what changed since a commit, as git names one')
    .option('-o, --output <file>', 'a file instead of stdout')
    .option('--bundle <folder>', 'the folder of the bundle instead of that of the config')
    .action(async (options: ReportOptions) => (await import('./report.js')).reportCommand(options));
}
