import { styleText } from 'node:util';
import { type Command, Help, type Option } from 'commander';

/** Ends the help of each command; a test parses every line. */
export const EXAMPLES: Readonly<Record<string, readonly (readonly [command: string, meaning?: string])[]>> = {
  init: [
    ['autosplit init', 'ask, then write autosplit.config.yaml'],
    ['autosplit init --yes', 'ask nothing'],
    ['autosplit init --yes --edge jetson-nano --network wifi-5'],
  ],
  build: [
    ['autosplit build', 'every build of the config'],
    ['autosplit build --build gateway', 'one of them'],
    ['autosplit build --effort fast', 'a first look: leaves out what takes minutes'],
    ['autosplit build --watch', 'again whenever the config, the model or a sample changes'],
    ['autosplit build --json --quiet > build.json'],
    ['autosplit build --edge raspberry-pi-5 -o try', 'another device, into a folder of its own'],
  ],
  plan: [
    ['autosplit plan', 'cut, bits and predicted times; nothing is written'],
    ['autosplit plan --measured', 'with measured accuracy, as `build` takes it'],
    ['autosplit plan --json > plan.json'],
    ['autosplit plan --network lte-cat-1 --memory 4MB', 'another link, less memory'],
    ['autosplit plan --set edge.bits.weights=4,8', 'any key of the config'],
    ['autosplit plan --solver highs', 'the same, found and proven by HiGHS'],
  ],
  check: [
    ['autosplit check', 'milliseconds: for CI and pre-commit'],
    ['autosplit check --rebuild', 'build in memory and compare bytes'],
    ['autosplit check --edge raspberry-pi-5 -o try', 'of a bundle that was built with these'],
  ],
  compare: [
    ['autosplit compare', 'the baselines beside the plan'],
    ['autosplit compare --edge jetson-nano', 'on another device'],
    ['autosplit compare --sweep uplink=0.1..100Mbps', 'where the cut changes'],
    ['autosplit compare --sweep memory=256KiB..16MB:30 --csv > memory.csv'],
  ],
  explain: [
    ['autosplit explain', 'what binds, the next best cut, when the cut changes'],
    ['autosplit explain --measured', 'of the plan that `build` takes'],
    ['autosplit explain --uplink 500kbps', 'on a slower link'],
  ],
  report: [
    ['autosplit report', 'Markdown on stdout'],
    ['autosplit report --against main', 'what changed since a branch or commit'],
    ['autosplit report --format html -o report.html'],
    ['autosplit report --bundle try', 'of a bundle in another folder'],
  ],
  presets: [
    ['autosplit presets', 'all of them'],
    ['autosplit presets edge', 'edge devices'],
    ['autosplit presets edge raspberry-pi-4', 'one, with the source of every number'],
  ],
  profile: [
    ['autosplit profile -o presets/my-device.yaml', 'a benchmark of operators, on the device itself'],
    ['autosplit profile --model model.onnx --shape input=1x3x224x224 -o presets/my-device.yaml'],
    ['autosplit profile --side cloud --threads 8 -o presets/my-server.yaml'],
  ],
  completion: [
    ['autosplit completion bash > ~/.local/share/bash-completion/completions/autosplit'],
    ['autosplit completion zsh > ~/.zfunc/_autosplit', 'with ~/.zfunc in fpath before compinit'],
    ['autosplit completion fish > ~/.config/fish/completions/autosplit.fish'],
  ],
};

/** Heading of each command in the list of commands. */
const GROUPS: Readonly<Record<string, string>> = {
  init: 'Set up:',
  presets: 'Set up:',
  profile: 'Set up:',
  completion: 'Set up:',
  build: 'Split:',
  plan: 'Split:',
  check: 'Split:',
  compare: 'Understand:',
  explain: 'Understand:',
  report: 'Understand:',
};

/** Options that mean the same in every command. */
const COMMON = ['--config', '--cwd', '--build', '--json', '--quiet', '--threads', '--no-cache'];

const COMMON_HEADING = 'Common options:';

/** Lines longer than this have no explanation beside them. */
const COLUMN = 48;

/** Adds groups, examples and coloured headings to the help of each command. */
export function withExamples(root: Command): Command {
  // Commander drops colours if stdout is not a terminal or NO_COLOR is set.
  const heading = (text: string) => styleText('bold', text, { validateStream: false });
  for (const command of [root, ...root.commands])
    command.configureHelp({ styleTitle: heading, groupItems: commonLast });
  for (const command of root.commands) {
    const group = GROUPS[command.name()];
    if (group !== undefined) command.helpGroup(group);
    for (const option of command.options) if (COMMON.includes(option.long ?? '')) option.helpGroup(COMMON_HEADING);
    const examples = EXAMPLES[command.name()] ?? [];
    if (examples.length === 0) continue;
    const lines = examples.map(
      ([line, meaning]) => `  ${meaning === undefined ? line : `${line.padEnd(COLUMN)}  ${meaning}`}`,
    );
    command.addHelpText('after', ['', 'Examples:', ...lines].join('\n'));
  }
  return root;
}

/** Groups in commander's order, which is that of first appearance, with the common options last. */
function commonLast<T extends Command | Option>(
  unsorted: T[],
  visible: T[],
  groupOf: (item: T) => string,
): Map<string, T[]> {
  const groups = new Help().groupItems(unsorted, visible, groupOf);
  const common = groups.get(COMMON_HEADING);
  if (common && groups.delete(COMMON_HEADING)) groups.set(COMMON_HEADING, common);
  return groups;
}
