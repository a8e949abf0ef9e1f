import type { CommandShape, OptionShape } from './shape.js';

/** A completion function for zsh, for a file `_autosplit` in fpath. */
export function zshScript(commands: readonly CommandShape[]): string {
  return `#compdef autosplit
_autosplit() {
  local -a commands
  commands=(
${commands.map(({ name, description }) => `    ${quoted(`${name}:${description}`)}`).join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe -t commands command commands
    return
  fi
  shift words
  (( CURRENT-- ))
  case $words[1] in
${commands.map(branch).join('\n')}
  esac
}
if [[ $funcstack[1] == _autosplit ]]; then _autosplit "$@"; else compdef _autosplit autosplit; fi
`;
}

const branch = ({ name, options, follows }: CommandShape) =>
  [
    `    ${name})`,
    `      _arguments -s \\`,
    [...options.flatMap(specs), ...positionals(name, follows)].map((spec) => `        ${spec}`).join(' \\\n'),
    '      ;;',
  ].join('\n');

/** One spec for each spelling: `'(-c --config)-c[config file]:value:_files'`. */
function specs({ flags, description, values }: OptionShape): string[] {
  const excludes = flags.length > 1 ? `(${flags.join(' ')})` : '';
  const text = description.replaceAll(/[[\]\\:]/g, '\\$&');
  return flags.map((flag) =>
    quoted(`${excludes}${flag}[${text}]${values === undefined ? '' : `:value:${actionOf(values)}`}`),
  );
}

function actionOf(values: NonNullable<OptionShape['values']>): string {
  if (values === 'file') return '_files';
  if (values === 'folder') return '_files -/';
  return values === 'other' ? ' ' : `(${values.words.join(' ')})`;
}

/** The first argument, and where it decides what the second may be, that as well. */
function positionals(name: string, follows: CommandShape['follows']): string[] {
  const { [name]: first, ...second } = follows;
  if (!first) return [];
  const choices = Object.entries(second).map(([before, words]) => `${before}) compadd ${words.join(' ')} ;;`);
  const of = choices.length === 0 ? [] : [quoted(`2:name:{ case $words[CURRENT-1] in ${choices.join(' ')} esac }`)];
  return [quoted(`1:value:(${first.join(' ')})`), ...of];
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
