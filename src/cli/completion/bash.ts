import type { CommandShape, OptionShape } from './shape.js';

/** A completion script for bash 4 and later. Words hold no spaces or quotes: they are names of ours. */
export function bashScript(commands: readonly CommandShape[]): string {
  return `# bash completion for autosplit
_autosplit() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]}
  COMPREPLY=()
  if [[ $COMP_CWORD -eq 1 ]]; then
    COMPREPLY=($(compgen -W "${[...commands.map(({ name }) => name), '--help', '--version'].join(' ')}" -- "$cur"))
    return
  fi
  case "$command $prev" in
${commands.flatMap(cases).join('\n')}
  esac
  case "$command" in
${commands.map(({ name, options }) => `    ${name}) COMPREPLY=($(compgen -W "${options.flatMap(({ flags }) => flags).join(' ')}" -- "$cur")) ;;`).join('\n')}
  esac
}
complete -F _autosplit autosplit
`;
}

const words = (list: readonly string[]) => `COMPREPLY=($(compgen -W "${list.join(' ')}" -- "$cur"))`;

function cases({ name, options, follows }: CommandShape): string[] {
  const valued = options.flatMap((option) => {
    const action = actionOf(option);
    return action === undefined
      ? []
      : [`    ${option.flags.map((flag) => `"${name} ${flag}"`).join(' | ')}) ${action}; return ;;`];
  });
  // An option may appear in place of an argument.
  const positional = Object.entries(follows).map(
    ([before, list]) => `    "${name} ${before}") if [[ $cur != -* ]]; then ${words(list)}; return; fi ;;`,
  );
  return [...valued, ...positional];
}

function actionOf({ values }: OptionShape): string | undefined {
  if (values === undefined) return undefined;
  if (values === 'other') return ':';
  // File names may contain spaces: readline quotes them.
  if (values === 'file') return 'compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$cur")';
  if (values === 'folder') return 'compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$cur")';
  return words(values.words);
}
