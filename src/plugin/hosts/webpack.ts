import type { UnpluginOptions } from 'unplugin';
import { referenceEdge } from '../../api/targets.js';
import { AutosplitError } from '../../util/error.js';
import { buildNamed } from '../edge-side.js';
import { placedFailure } from '../failure.js';
import type { PluginOptions } from '../options.js';
import { openProject } from '../project.js';

const NAME = 'autosplit';

/** The part of the compilers of webpack and Rspack that is used here. */
interface Compiler {
  context: string;
  watchMode?: boolean;
  options: { mode?: string };
  getInfrastructureLogger(name: string): { info(text: string): void };
  hooks: {
    beforeCompile: { tapPromise(name: string, hook: () => Promise<void>): void };
    normalModuleFactory: { tap(name: string, hook: (factory: ModuleFactory) => void): void };
    thisCompilation: { tap(name: string, hook: (compilation: Compilation) => void): void };
    afterCompile: { tap(name: string, hook: (compilation: Compilation) => void): void };
  };
}

interface ModuleFactory {
  hooks: { beforeResolve: { tapPromise(name: string, hook: (data: { request: string }) => Promise<undefined>): void } };
}

interface Compilation {
  errors: unknown[];
  fileDependencies: { add(file: string): void };
  contextDependencies: { add(folder: string): void };
}

/**
 * webpack and Rspack follow `new URL('literal', import.meta.url)` and emit the files of an edge side themselves. They
 * take a specifier with a colon for a URL scheme and ask no resolver, so it is replaced before.
 */
export function inWebpack(options: PluginOptions): UnpluginOptions {
  const install = (compiler: Compiler) => {
    const logger = compiler.getInfrastructureLogger(NAME);
    const project = openProject(options, () => ({
      root: compiler.context,
      isDevelopment: compiler.watchMode === true || compiler.options.mode === 'development',
      log: (text) => logger.info(text),
    }));
    let failure: unknown;
    compiler.hooks.beforeCompile.tapPromise(NAME, async () => {
      project.forget();
      // Throwing here would end a watch: report an error of the compilation instead.
      failure = await project.refresh().then(
        () => undefined,
        (error: unknown) => placedFailure(error),
      );
    });
    compiler.hooks.thisCompilation.tap(NAME, (compilation) => {
      if (failure !== undefined) compilation.errors.push(failure);
    });
    compiler.hooks.normalModuleFactory.tap(NAME, ({ hooks }) =>
      hooks.beforeResolve.tapPromise(NAME, async (data) => {
        const name = buildNamed(data.request);
        if (name === undefined) return undefined;
        try {
          const side = await project.half(name);
          if (side.runs === 'node') throw nodeSide();
          data.request = side.file;
        } catch (error) {
          throw placedFailure(error);
        }
        return undefined;
      }),
    );
    compiler.hooks.afterCompile.tap(NAME, ({ fileDependencies, contextDependencies }) => {
      const { files, folders } = project.watched();
      for (const file of files) fileDependencies.add(file);
      for (const folder of folders) contextDependencies.add(folder);
    });
  };
  return { name: NAME, webpack: install, rspack: install as NonNullable<UnpluginOptions['rspack']> };
}

const nodeSide = () =>
  new AutosplitError(
    'TARGET_INVALID',
    'webpack and Rspack take in edge sides for browsers alone, and this one is for Node.js',
    {
      hint: `set \`edge.target: ${referenceEdge('wasm').name}\`, or import its edge.mjs by its path and leave it outside by \`externals\``,
    },
  );
