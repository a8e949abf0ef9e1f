import type { AutosplitError } from '../util/error.js';
import { type Located, walk } from './located.js';
import { problemAt } from './problem.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Matches, in this order: the escape `$${`; a name with or without a default; a malformed reference. */
const REFERENCE = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}|\$\{[^}]*\}?/g;

// biome-ignore lint/suspicious/noTemplateCurlyInString: it shows what to write
const SYNTAX = 'write ${NAME} or ${NAME:-default}; $${ stands for ${';

/**
 * Replaces `${NAME}` and `${NAME:-default}` in parsed scalars, in place. Values therefore cannot add keys, and
 * positions stay valid. As in a shell, the default also replaces an empty value.
 */
export function interpolate(root: Located, env: Environment, problems: AutosplitError[]): void {
  for (const located of walk(root)) {
    if (located.kind !== 'scalar' || typeof located.value !== 'string' || !located.value.includes('${')) continue;
    located.value = located.value.replace(
      REFERENCE,
      (reference: string, name: string | undefined, fallback: string | undefined) => {
        if (reference === '$${') return '${';
        if (name === undefined) {
          problems.push(problemAt(located, `\`${reference}\` cannot be filled in`, { hint: SYNTAX }));
          return '';
        }
        const value = env[name];
        if (fallback !== undefined) return value || fallback;
        if (value !== undefined) return value;
        problems.push(
          problemAt(located, `the environment variable ${name} is not set`, {
            hint: `set it, or give a default: \${${name}:-default}`,
          }),
        );
        return '';
      },
    );
    located.interpolated = true;
  }
}
