import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { OnLoadResult, OnResolveResult, PluginBuild } from 'esbuild';
import type { UnpluginOptions } from 'unplugin';
import { AutosplitError } from '../../util/error.js';
import { buildNamed, NATIVE, type Side } from '../edge-side.js';
import { esbuildMessages } from '../failure.js';
import type { PluginOptions } from '../options.js';
import { openProject, type Project } from '../project.js';
import { wireBrowserEdge, wireNodeEdge } from '../wiring.js';

/** Namespace of files that esbuild copies beside its output, with a hash in their names. */
const FILE = 'autosplit-file';

/** Plugin for esbuild. esbuild emits only imported files, so the runtime of a side gets imports of its files. */
export function inEsbuild(options: PluginOptions): UnpluginOptions {
  return { name: 'autosplit', esbuild: { setup: (build) => setup(build, options) } };
}

function setup(build: PluginBuild, options: PluginOptions): void {
  const { absWorkingDir = process.cwd(), logLevel = 'warning', format, platform } = build.initialOptions;
  let runs = 0;
  const project = openProject(options, () => ({
    root: absWorkingDir,
    // esbuild does not tell whether it watches. A second build means that it does.
    isDevelopment: runs > 1,
    log: (text) => logLevel !== 'silent' && logLevel !== 'error' && console.error(`[autosplit] ${text}`),
  }));
  const watched = () => {
    const { files, folders } = project.watched();
    return { watchFiles: [...files], watchDirs: [...folders] };
  };

  build.onStart(() => {
    runs++;
    project.forget();
  });
  build.onResolve({ filter: /^autosplit:/ }, async ({ path: specifier }): Promise<OnResolveResult> => {
    try {
      const side = await project.half(buildNamed(specifier) ?? '');
      refuseFormat(side, format, platform);
      return { path: side.file, ...watched() };
    } catch (error) {
      // esbuild watches only modules with a path.
      return { path: specifier, namespace: FILE, errors: await esbuildMessages(error), ...watched() };
    }
  });
  build.onResolve({ filter: new RegExp(`^(?:${NATIVE.join('|')})$`) }, ({ path: name, importer }) =>
    project.sideAt(importer)?.runs === 'node' ? { path: name, external: true } : undefined,
  );
  build.onLoad({ filter: /[\\/]edge\.mjs$/ }, ({ path: file }) => loadSide(build, project, file));
  build.onResolve({ filter: new RegExp(`^${FILE}:`) }, ({ path: name }) => ({
    path: name.slice(FILE.length + 1),
    namespace: FILE,
  }));
  build.onLoad({ filter: /.*/, namespace: FILE }, async ({ path: file }) => ({
    contents: await readFile(file),
    loader: 'file',
  }));
}

async function loadSide(build: PluginBuild, project: Project, file: string): Promise<OnLoadResult | undefined> {
  const side = project.sideAt(file);
  if (!side?.hasModel) return undefined;
  const code = await readFile(file, 'utf8');
  const imports: string[] = [];
  const place = (from: string) => {
    const name = `autosplitFile${imports.length}`;
    imports.push(`import ${name} from ${JSON.stringify(`${FILE}:${from}`)};`);
    return `new URL(${name}, import.meta.url)`;
  };
  const beside = (name: string) => place(path.join(side.folder, name));
  const places = { model: beside('model.onnx'), weights: beside('weights.bin') };
  const placed =
    side.runs === 'node'
      ? wireNodeEdge(code, places)
      : wireBrowserEdge(code, {
          ...places,
          worker: beside('unpack-worker.mjs'),
          ...(await ortPlaces(build, side, place)),
        });
  // Keep the line numbers: add to the first line.
  return { contents: imports.join(' ') + placed, loader: 'js', resolveDir: side.folder };
}

/** Empty if onnxruntime-web is not bundled. */
async function ortPlaces(build: PluginBuild, { folder }: Side, place: (from: string) => string) {
  const found = await build.resolve('onnxruntime-web/wasm', { kind: 'dynamic-import', resolveDir: folder });
  if (found.errors.length > 0 || found.external) return {};
  const ort = (ending: string) => place(path.join(path.dirname(found.path), `ort-wasm-simd-threaded.${ending}`));
  return { ort: { mjs: ort('mjs'), wasm: ort('wasm') } };
}

/** Classic scripts do not know their own URL. */
function refuseFormat({ hasModel, runs }: Side, format: string | undefined, platform: string | undefined): void {
  if (!hasModel || format === 'esm' || (format === undefined && platform === 'neutral')) return;
  throw new AutosplitError(
    'TARGET_INVALID',
    `esbuild writes \`format: ${format ?? (platform === 'node' ? 'cjs' : 'iife')}\`, from where an edge side for ${runs === 'node' ? 'Node.js' : 'browsers'} cannot find its files`,
    {
      hint: "set `format: 'esm'`",
    },
  );
}
