import { type Command, Option } from 'commander';
import { EFFORT_LEVELS } from '../config/effort-level.js';
import type { FlagValue } from '../config/flags.js';
import { AutosplitError } from '../util/error.js';

/** An option that sets one key of the config. */
interface KeyOption {
  flags: string;
  path: readonly string[];
  description: string;
  /** Words for completion. The schema of the config validates values. */
  words?: readonly string[];
}

const KEYS: readonly KeyOption[] = [
  { flags: '--edge <preset>', path: ['edge', 'preset'], description: 'another edge device, with its own numbers' },
  { flags: '--network <preset>', path: ['network', 'preset'], description: 'another link' },
  { flags: '--cloud <preset>', path: ['cloud', 'preset'], description: 'another cloud device' },
  { flags: '--uplink <rate>', path: ['network', 'uplink'], description: 'such as 2Mbps' },
  { flags: '--downlink <rate>', path: ['network', 'downlink'], description: 'such as 10Mbps' },
  { flags: '--rtt <time>', path: ['network', 'rtt'], description: 'such as 40ms' },
  { flags: '--memory <size>', path: ['edge', 'memory'], description: 'of the edge, such as 4MB' },
  { flags: '--target <target>', path: ['edge', 'target'], description: 'what the edge bundle runs on' },
  {
    flags: '--accuracy-drop <share>',
    path: ['constraints', 'accuracyDrop'],
    description: 'largest loss of accuracy, such as 1%',
  },
  {
    flags: '--deliver <side>',
    path: ['deliver'],
    description: 'where the outputs are wanted',
    words: ['edge', 'cloud'],
  },
  {
    flags: '--effort <level>',
    path: ['effort'],
    description: 'fast leaves out what takes minutes',
    words: EFFORT_LEVELS,
  },
  { flags: '--split <way>', path: ['split'], description: 'the cut', words: ['auto', 'edge-only', 'cloud-only'] },
];

/** An entry of `--set`. */
interface Setting {
  key: string;
  text: string;
}

const HEADING = 'Instead of what the config says:';

/** Adds the options that override keys of the config to a command. */
export function withOverrides(command: Command): Command {
  for (const { flags, description, words } of KEYS) {
    const option = new Option(flags, description).helpGroup(HEADING);
    if (words) option.argChoices = [...words];
    command.addOption(option);
  }
  return command.addOption(
    new Option('--set <key=value>', 'any key, such as edge.bits.weights=4,8 (more than once)')
      .argParser((text: string, before: Setting[] | undefined) => [...(before ?? []), settingOf(text)])
      .helpGroup(HEADING),
  );
}

/** Adds `--output` to a command. */
export const withOutput = (command: Command): Command =>
  command.addOption(
    new Option('-o, --output <folder>', 'folder of the bundle instead of that of the config').helpGroup(HEADING),
  );

/** Reads the overrides of a command line, in the documented order. */
export function overridesOf(parsed: object): FlagValue[] {
  const options = parsed as { [name: string]: unknown };
  const named = KEYS.flatMap(({ flags, path }) => {
    const option = new Option(flags);
    const text = options[option.attributeName()];
    return typeof text === 'string' ? [{ flag: option.long ?? flags, path, text }] : [];
  });
  const set = ((options.set ?? []) as Setting[]).map(({ key, text }) => ({
    flag: `--set ${key}`,
    path: key.split('.'),
    text,
  }));
  const output =
    typeof options.output === 'string' ? [{ flag: '--output', path: ['output'], text: options.output }] : [];
  return [...named, ...set, ...output];
}

/**
 * Requires `--output` if other options override the config: `check` would call the bundle stale in the folder of the
 * config.
 * @throws AutosplitError USAGE
 */
export function requireOutput(flags: readonly FlagValue[]): void {
  // The effort is allowed: the manifest records it and `check` uses it.
  const [first, ...others] = flags
    .filter(({ path }) => path[0] !== 'output' && path[0] !== 'effort')
    .map(({ flag }) => flag);
  if (first === undefined || flags.some(({ path }) => path[0] === 'output')) return;
  const names = [first, ...others].join(', ');
  throw new AutosplitError(
    'USAGE',
    `with ${names} the bundle would not be that of the config: \`check\` would call it stale`,
    {
      hint: 'name another folder with --output, or put this into the config, under `builds` to have both',
    },
  );
}

function settingOf(text: string): Setting {
  const [, key, value] = /^([^=\s]+)=(.*)$/s.exec(text) ?? [];
  if (key === undefined || key.split('.').includes('')) {
    throw new AutosplitError('USAGE', `--set ${text}: this is not KEY=VALUE`, {
      hint: 'for example `--set edge.memory=4MB`',
    });
  }
  return { key, text: value };
}
