import path from 'node:path';
import type { BuildFailure, Location, Plugin } from 'esbuild';
import { AutosplitError } from '../util/error.js';
import { compileModule, importCompiled, PRELUDE_END } from '../util/module.js';
import { locationOf, type Source } from './located.js';

/**
 * Runs a JavaScript or TypeScript config and gives its default export, called where it is a function. Files that it imports by a
 * relative path are compiled with it; packages are imported from where they are.
 * @throws AutosplitError CONFIG_SYNTAX
 */
export async function importConfig(file: string): Promise<unknown> {
  const code = await compileModule(file, [ownPackage]).catch((error: BuildFailure) => {
    throw syntaxError(file, error);
  });
  try {
    const { default: exported } = await importCompiled(file, code);
    return typeof exported === 'function' ? await exported() : exported;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AutosplitError('CONFIG_SYNTAX', `the config could not be run: ${reason}`, { cause, location: { file } });
  }
}

function syntaxError(file: string, failure: BuildFailure): unknown {
  if (!Array.isArray(failure.errors) || failure.errors.length === 0) return failure;
  const problems = failure.errors.map(({ text, location }) => {
    if (!location) return new AutosplitError('CONFIG_SYNTAX', text, { location: { file } });
    const { line } = location;
    const { lineText, column, length } = withoutPrelude(location);
    const place = { file: path.resolve(path.dirname(file), location.file), line, column: column + 1 };
    // A source of this line alone, so that the number in its frame is off.
    const source: Source = { file: place.file, folder: '', text: lineText, invalid: 'CONFIG_SYNTAX' };
    const { frame } = locationOf({ source, span: [column, column + length] });
    return new AutosplitError('CONFIG_SYNTAX', text, { location: { ...place, frame: frame?.replace(/^> 1/, `> ${line}`) } });
  });
  return new AutosplitError('CONFIG_SYNTAX', problems[0].message, { location: problems[0].location, problems });
}

/** Columns of esbuild are bytes, and those of a first line count what {@link originalPlaces} put before it. */
function withoutPrelude({ lineText, column, length }: Location): Pick<Location, 'lineText' | 'column' | 'length'> {
  const inCharacters = (bytes: number) => Buffer.from(lineText).subarray(0, bytes).toString().length;
  const from = inCharacters(column);
  const cut = lineText.includes(PRELUDE_END) ? lineText.indexOf(PRELUDE_END) + PRELUDE_END.length : 0;
  return { lineText: lineText.slice(cut), column: from - cut, length: inCharacters(column + length) - from };
}

/** `import { defineConfig } from 'autosplit'` works wherever the config lies, and does not load the rest of the package. */
const ownPackage: Plugin = {
  name: 'own-package',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^autosplit$/ }, () => ({ path: 'autosplit', namespace: 'own-package' }));
    onLoad({ filter: /.*/, namespace: 'own-package' }, () => ({ contents: 'export const defineConfig = (config) => config;' }));
  },
};
