import path from 'node:path';
import type { UnpluginOptions } from 'unplugin';
import type { ViteDevServer } from 'vite';
import { isWatched } from '../../api/watch.js';
import { debounced } from '../debounced.js';
import { failureOf } from '../failure.js';
import type { PluginOptions } from '../options.js';
import { type Host, openProject, type Project } from '../project.js';
import { rollupHooks } from './rollup.js';

/**
 * Plugin for Vite: Rollup's hooks for builds; a dev server that rebuilds what changed and shows errors in its overlay.
 */
export function inVite(options: PluginOptions): UnpluginOptions {
  const host: Host = { root: process.cwd(), isDevelopment: false, log: () => {} };
  let isServer = false;
  const project = openProject(options, () => host);
  return {
    // Vite's dev server emits no assets.
    ...rollupHooks(project, { emits: () => !isServer, takesNode: false }),
    vite: {
      config: ({ base, build }) => ({
        // If Vite pre-bundled onnxruntime-web, it would look for its WebAssembly among Vite's files.
        optimizeDeps: { exclude: ['onnxruntime-web'] },
        // The URL of a library is unknown: its files must be relative to its script.
        ...(build?.lib && base === undefined && { base: './' }),
      }),
      configResolved({ root, command, build, logger }) {
        host.root = root;
        isServer = command === 'serve';
        host.isDevelopment = isServer || Boolean(build.watch);
        host.log = (text) => logger.info(`[autosplit] ${text}`, { timestamp: isServer });
      },
      configureServer: (server) => keepFresh(server, project),
    },
  };
}

/** Checks the bundles again when an input changes, and reloads pages if a bundle changed. */
function keepFresh(server: ViteDevServer, project: Project): void {
  let shown = new Map<string, string>();
  const update = debounced(async () => {
    project.forget();
    try {
      const sides = await project.refresh();
      server.watcher.add([...project.watched().files]);
      const now = new Map(sides.map(({ file, checksum }) => [file, checksum]));
      const isSame = now.size === shown.size && [...now].every(([file, checksum]) => shown.get(file) === checksum);
      shown = now;
      if (isSame) return;
      for (const file of now.keys())
        for (const module of server.moduleGraph.getModulesByFile(file.split(path.sep).join('/')) ?? [])
          server.moduleGraph.invalidateModule(module);
      server.ws.send({ type: 'full-reload' });
    } catch (error) {
      // After an error, reload the page even if the bundle is the same as before.
      shown = new Map();
      const { message, stack = '', id, loc, frame } = failureOf(error);
      const place = loc ? `\n${loc.file}:${loc.line}:${loc.column + 1}` : '';
      server.config.logger.error(`[autosplit] ${message}${place}${frame === undefined ? '' : `\n${frame}`}`, {
        timestamp: true,
      });
      server.ws.send({
        type: 'error',
        err: { message, stack, plugin: 'autosplit', ...(id && { id }), ...(loc && { loc }), ...(frame && { frame }) },
      });
    }
  }, 100);
  server.watcher.on('all', (_event, file) => {
    if (isWatched(project.watched(), path.resolve(file))) update();
  });
  server.httpServer?.once('close', update.stop);
}
