import { AutosplitError } from '../util/error.js';
import { type FileContent, isExpendable } from '../util/files.js';
import { BUILT_IN } from './index.js';
import type { CloudSide, EdgeSide } from './side.js';
import type { TargetFiles } from './target.js';

interface Maker<Side> {
  name: string;
  side: 'edge' | 'cloud';
  files(side: Side): TargetFiles | Promise<TargetFiles>;
}

/**
 * Has a target make the files of its side, and checks their paths and contents.
 * @throws AutosplitError TARGET_INVALID where the target throws, leaves its folder, or returns something else than files
 */
export async function filesOfSide<Side extends EdgeSide | CloudSide>(
  target: Maker<Side>,
  side: Side,
): Promise<Record<string, FileContent>> {
  const refuse = (what: string, cause?: unknown) =>
    new AutosplitError('TARGET_INVALID', `the ${target.side} target ${target.name} ${what}`, {
      hint: `its \`files\` gives paths inside of ${target.side}/, each with text, bytes or a content of side.model.files`,
      cause,
    });
  let made: unknown;
  try {
    made = await target.files(side);
  } catch (cause) {
    if (cause instanceof AutosplitError || BUILT_IN[target.side].includes(target.name)) throw cause;
    throw refuse(`could not make its files: ${cause instanceof Error ? cause.message : cause}`, cause);
  }
  if (typeof made !== 'object' || made === null || Array.isArray(made) || made instanceof Map)
    throw refuse('gives no object of files');
  const given = Object.values(side.model?.files ?? {});
  const checked = Object.entries(made).map(([name, content]: [string, unknown]): [string, FileContent] => {
    if (!isInside(name)) throw refuse(`names a file outside of its folder: ${JSON.stringify(name)}`);
    if (typeof content === 'string') return [name, new TextEncoder().encode(content)];
    // Pieces can name any file of this machine: only those that autosplit made are accepted.
    const known = content instanceof Uint8Array ? content : given.find((one) => one === content);
    if (known === undefined) throw refuse(`gives ${name} a content that is neither text nor bytes`);
    return [name, known];
  });
  const names = checked.map(([name]) => name);
  const both = names.find((name) => names.some((other) => other.startsWith(`${name}/`)));
  if (both !== undefined) throw refuse(`names ${both} as a file and as a folder`);
  return Object.fromEntries(checked);
}

/** Whether a path stays inside the folder, uses forward slashes, and is not a leftover of `npm install`. */
const isInside = (name: string): boolean =>
  !isExpendable(name) &&
  name.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && !/[\\:\0]/.test(part));
