import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BuildOptions, Plugin } from 'esbuild';

/** Name of the entry module: esbuild resolves packages only from modules. */
export const ENTRY = 'autosplit-entry.mjs';

/**
 * Bundles a user's JavaScript or TypeScript module with its imports; packages stay external. Rejects with esbuild's
 * BuildFailure.
 * @param from folder to resolve packages and paths from
 * @param own plugin that resolves imports of autosplit itself
 */
export async function compileModule(
  from: string,
  { own, ...entry }: Pick<BuildOptions, 'entryPoints' | 'stdin'> & { own?: Plugin },
): Promise<string> {
  // Most configs are YAML and do not need esbuild.
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    ...entry,
    absWorkingDir: from,
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: 'inline',
    logLevel: 'silent',
    define: PLACES,
    // CommonJS modules need `require`, which ES modules do not have.
    banner: {
      js: `import { createRequire as __autosplitRequire } from 'node:module'; const require = __autosplitRequire(${JSON.stringify(path.join(from, ENTRY))});`,
    },
    plugins: [...(own ? [own] : []), packagesWhereTheyAre, originalPlaces],
  });
  return outputFiles[0].text;
}

/** Runs the code of {@link compileModule} as a new module and returns its default export. */
export async function importCompiled(code: string, name: string): Promise<unknown> {
  // A file instead of a data URL: stack traces have lines.
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'autosplit-module-')));
  try {
    const compiled = path.join(folder, `${name}.mjs`);
    await writeFile(compiled, code);
    return (await import(pathToFileURL(compiled).href)).default;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const packagesWhereTheyAre: Plugin = {
  name: 'packages-where-they-are',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^[^./]/ }, async ({ path: name, kind, importer, resolveDir, pluginData }) => {
      if (
        kind === 'entry-point' ||
        path.basename(importer) === ENTRY ||
        pluginData === 'resolved' ||
        path.isAbsolute(name)
      )
        return undefined;
      const found = await resolve(name, { kind, resolveDir, pluginData: 'resolved' });
      if (found.errors.length > 0) return { errors: found.errors };
      if (found.external || found.namespace !== 'file') return { path: name, external: true };
      return { path: kind === 'require-call' ? found.path : pathToFileURL(found.path).href, external: true };
    });
  },
};

/** Replaces `import.meta.url` and its like by those of the source, since the compiled file is elsewhere. */
const PLACES = {
  'import.meta.url': '__autosplitUrl',
  'import.meta.dirname': '__autosplitFolder',
  'import.meta.filename': '__autosplitFile',
  __dirname: '__autosplitFolder',
  __filename: '__autosplitFile',
};

/** Ends the constants that are put in front of each source file. */
export const PRELUDE_END = '/* autosplit */';

const originalPlaces: Plugin = {
  name: 'original-places',
  setup({ onLoad }) {
    onLoad({ filter: /\.[cm]?[jt]s$/, namespace: 'file' }, async ({ path: file }) => {
      const places = {
        __autosplitUrl: pathToFileURL(file).href,
        __autosplitFolder: path.dirname(file),
        __autosplitFile: file,
      };
      const constants = Object.entries(places).map(([name, place]) => `const ${name} = ${JSON.stringify(place)};`);
      // Keep line numbers: stay on the same line.
      return {
        contents: constants.join(' ') + PRELUDE_END + (await readFile(file, 'utf8')),
        loader: /ts$/.test(file) ? 'ts' : 'js',
      };
    });
  },
};
