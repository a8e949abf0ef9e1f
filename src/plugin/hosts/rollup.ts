import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { UnpluginBuildContext, UnpluginContext, UnpluginOptions } from 'unplugin';
import { buildNamed, NATIVE, type Side } from '../edge-side.js';
import { failureOf } from '../failure.js';
import type { PluginOptions } from '../options.js';
import { type Host, openProject, type Project } from '../project.js';
import { wireBrowserEdge, wireNodeEdge } from '../wiring.js';

/** The plugin context of Rollup, Rolldown and Vite. */
interface RollupContext extends UnpluginBuildContext {
  meta?: { watchMode?: boolean };
  info?: (text: string) => void;
  resolve(id: string, importer: string): Promise<{ id: string; external: boolean | 'absolute' | 'relative' } | null>;
  emitFile(file: { type: 'asset'; name: string; source: Uint8Array }): string;
}

/**
 * Hooks for Rollup and Rolldown: files of the edge side become assets, named and referenced in the bundler's own way.
 */
export function inRollup(options: PluginOptions): UnpluginOptions {
  const host: Host = { root: process.cwd(), isDevelopment: false, log: () => {} };
  const hooks = rollupHooks(openProject(options, () => host));
  return {
    ...hooks,
    async buildStart() {
      const context = this as RollupContext;
      host.isDevelopment = context.meta?.watchMode === true;
      host.log = (text) => context.info?.(text);
      await hooks.buildStart.call(this);
    },
  };
}

type Hooks = UnpluginOptions & { buildStart: (this: UnpluginBuildContext) => Promise<void> };

interface HookOptions {
  /** Whether to emit files. A dev server serves them from their folder. */
  emits?: () => boolean;
  /** Whether edge sides for Node.js are bundled. Otherwise they are imported from their folder. */
  takesNode?: boolean;
}

export function rollupHooks(project: Project, { emits = () => true, takesNode = true }: HookOptions = {}): Hooks {
  return {
    name: 'autosplit',
    // Run before plugins that copy `new URL` literals in their own way.
    enforce: 'pre',
    async buildStart() {
      project.forget();
      await failing(() => project.refresh()).finally(() => watch(this, project));
    },
    resolveId: {
      filter: { id: new RegExp(`^(?:autosplit:.+|${NATIVE.join('|')})$`) },
      async handler(id, importer) {
        const name = buildNamed(id);
        if (name === undefined) {
          const isOurs = importer !== undefined && project.sideAt(path.resolve(importer))?.runs === 'node';
          return isOurs ? { id, external: true } : undefined;
        }
        const side = await failing(() => project.half(name)).finally(() => watch(this, project));
        const file = slashed(side.file);
        return side.runs === 'node' && !takesNode ? { id: file, external: true } : file;
      },
    },
    transform: {
      filter: { id: /[\\/]edge\.mjs$/ },
      async handler(code, id) {
        const side = emits() ? project.sideAt(path.resolve(id)) : undefined;
        if (!side?.hasModel) return undefined;
        watch(this, project);
        const places = await emit(this as unknown as RollupContext, side);
        return {
          code: side.runs === 'browser' ? wireBrowserEdge(code, places) : wireNodeEdge(code, places),
          map: null,
        };
      },
    },
  };
}

/** Emits the files of a side. Returns expressions that Rollup replaces by their final URLs. */
async function emit(context: RollupContext, { name, folder, runs, file }: Side) {
  const asset = async (from: string, as: string) => {
    const reference = context.emitFile({ type: 'asset', name: as, source: await readFile(from) });
    // With a base, Vite gives a path instead of a URL.
    return `new URL(import.meta.ROLLUP_FILE_URL_${reference}, import.meta.url)`;
  };
  const model = await asset(path.join(folder, 'model.onnx'), `${name}.onnx`);
  const weights = await asset(path.join(folder, 'weights.bin'), `${name}-weights.bin`);
  if (runs === 'node') return { model, weights, worker: '' };
  const worker = await asset(path.join(folder, 'unpack-worker.mjs'), 'unpack-weights.js');
  const ort = await context.resolve('onnxruntime-web/wasm', file);
  // onnxruntime-web stays external: the importer also provides its files.
  if (!ort || ort.external) return { model, weights, worker };
  const beside = (ending: string) =>
    asset(path.join(path.dirname(ort.id), `ort-wasm-simd-threaded.${ending}`), `ort-wasm-simd-threaded.${ending}`);
  return { model, weights, worker, ort: { mjs: await beside('mjs'), wasm: await beside('wasm') } };
}

function watch(context: Pick<UnpluginBuildContext & UnpluginContext, 'addWatchFile'>, project: Project): void {
  for (const file of project.watched().files) context.addWatchFile(file);
}

async function failing<T>(work: () => Promise<T>): Promise<T> {
  return work().catch((error: unknown) => {
    throw failureOf(error);
  });
}

const slashed = (file: string) => file.split(path.sep).join('/');
