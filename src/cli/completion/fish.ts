import type { CommandShape, OptionShape } from './shape.js';

/** A completion script for fish. */
export function fishScript(commands: readonly CommandShape[]): string {
  const names = commands.map(({ name }) => name).join(' ');
  const none = `not __fish_seen_subcommand_from ${names}`;
  return [
    '# fish completion for autosplit',
    'complete -c autosplit -f',
    ...commands.map(
      ({ name, description }) => `complete -c autosplit -n ${quoted(none)} -a ${name} -d ${quoted(description)}`,
    ),
    ...commands.flatMap(({ name, options, follows }) => {
      const within = `__fish_seen_subcommand_from ${name}`;
      return [
        ...options.map((option) => `complete -c autosplit -n ${quoted(within)} ${optionText(option)}`),
        ...Object.entries(follows).map(([before, words]) => {
          const follow = `${within}; and test (commandline -opc)[-1] = ${before}`;
          return `complete -c autosplit -n ${quoted(follow)} -a ${quoted(words.join(' '))}`;
        }),
      ];
    }),
    '',
  ].join('\n');
}

function optionText({ flags, description, values }: OptionShape): string {
  const spelled = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  return [...spelled, ...valueText(values), `-d ${quoted(description)}`].join(' ');
}

function valueText(values: OptionShape['values']): string[] {
  if (values === undefined) return [];
  if (values === 'file') return ['-r', '-F'];
  if (values === 'folder') return ['-x', '-a "(__fish_complete_directories)"'];
  return values === 'other' ? ['-x'] : ['-x', `-a ${quoted(values.words.join(' '))}`];
}

const quoted = (text: string): string => `'${text.replaceAll(/[\\']/g, '\\$&')}'`;
