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
 * Vite: Rollup's hooks to build; a dev server that rebuilds what has changed and shows in its overlay what is wrong.
 */
export function inVite(options: PluginOptions): UnpluginOptions {
  const host: Host = { root: process.cwd(), isDevelopment: false, log: () => {} };
  let isServer = false;
  const project = openProject(options, () => host);
  return {
    // Vite emits no assets for servers.
    ...rollupHooks(project, { emits: () => !isServer, takesNode: false }),
    vite: {
      config: ({ base, build }) => ({
        // Bundled for development, onnxruntime-web would look for its WebAssembly among Vite's own files.
        optimizeDeps: { exclude: ['onnxruntime-web'] },
        // Nobody knows where a library will be served from: its files are beside it, not in the root of a site.
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

/**
 * Looks at everything again when something that a build reads has changed; pages are loaded anew where that gave
 * another bundle.
 */
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
      // Once it is mended, the page is to be loaded anew even where the bundle is as before.
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
