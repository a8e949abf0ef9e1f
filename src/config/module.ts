import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BuildFailure, Location, Plugin } from 'esbuild';
import { AutosplitError } from '../util/error.js';
import { compileModule, ENTRY, importCompiled, PRELUDE_END } from '../util/module.js';
import { compiledModule } from '../util/package.js';
import { locationOf, type Source } from './located.js';

/**
 * Runs a JavaScript or TypeScript config and returns its default export; a function is called. Relative imports are
 * compiled with it, packages are imported as installed.
 * @throws AutosplitError CONFIG_SYNTAX
 */
export async function importConfig(file: string): Promise<unknown> {
  const code = await compileModule(path.dirname(file), { entryPoints: [file], own: stubOfOwn }).catch(
    (error: unknown) => {
      throw syntaxError(file, error as BuildFailure);
    },
  );
  try {
    const exported = await importCompiled(code, path.basename(file, path.extname(file)));
    return typeof exported === 'function' ? await exported() : exported;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AutosplitError('CONFIG_SYNTAX', `the config could not be run: ${reason}`, { cause, location: { file } });
  }
}

/**
 * Runs a module that a config names and returns its default export. It is compiled like a config, so changes take
 * effect without a new process.
 * @param specifier package name, resolved from the folder `from`, or absolute path
 */
export async function importDefault(specifier: string, from: string): Promise<unknown> {
  const contents = `import * as module from ${JSON.stringify(specifier)};\nexport default module.default;`;
  const entry = { contents, resolveDir: from, sourcefile: ENTRY };
  const code = await compileModule(from, { stdin: entry, own: runningOwn }).catch((error: BuildFailure) => {
    const [{ text, location } = { text: error.message, location: null }] = error.errors ?? [];
    const place =
      location && location.file !== ENTRY
        ? ` (${location.file}:${location.line}:${withoutPrelude(location).column + 1})`
        : '';
    throw new Error(`${text}${place}`, { cause: error });
  });
  return importCompiled(code, 'module');
}

function syntaxError(file: string, failure: BuildFailure): unknown {
  if (!Array.isArray(failure.errors) || failure.errors.length === 0) return failure;
  const problems = failure.errors.map(({ text, location }) => {
    if (!location) return new AutosplitError('CONFIG_SYNTAX', text, { location: { file } });
    const { line } = location;
    const { lineText, column, length } = withoutPrelude(location);
    const place = { file: path.resolve(path.dirname(file), location.file), line, column: column + 1 };
    // The source holds this line alone, so the line number in its frame is corrected below.
    const source: Source = { file: place.file, folder: '', text: lineText, invalid: 'CONFIG_SYNTAX' };
    const { frame } = locationOf({ source, span: [column, column + length] });
    return new AutosplitError('CONFIG_SYNTAX', text, {
      location: { ...place, frame: frame?.replace(/^> 1/, `> ${line}`) },
    });
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

/**
 * Resolves `import { defineConfig } from 'autosplit'` in any folder, without loading the package.
 */
const stubOfOwn: Plugin = {
  name: 'own-package',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^autosplit$/ }, () => ({ path: 'autosplit', namespace: 'own-package' }));
    onLoad({ filter: /.*/, namespace: 'own-package' }, () => ({
      contents: 'export const defineConfig = (config) => config;',
    }));
  },
};

/** Resolves `autosplit` in target modules to the running package. */
const runningOwn: Plugin = {
  name: 'running-own-package',
  setup({ onResolve }) {
    onResolve({ filter: /^autosplit$/ }, () => ({
      path: pathToFileURL(compiledModule('index.js')).href,
      external: true,
    }));
  },
};
