/**
 * autosplit as a plugin of bundlers: `autosplit:NAME` resolves to the edge side of a committed bundle. hosts/ holds
 * what differs between bundlers, entries/ what each imports.
 */

import { createUnplugin } from 'unplugin';
import { inEsbuild } from './hosts/esbuild.js';
import { inRollup } from './hosts/rollup.js';
import { inVite } from './hosts/vite.js';
import { inWebpack } from './hosts/webpack.js';
import type { PluginOptions } from './options.js';

export type { PluginOptions } from './options.js';

/** `import { createEdge } from 'autosplit:NAME'` in every bundler: a host each, over the same project. */
export const autosplit = createUnplugin<PluginOptions | undefined, false>((options = {}, { framework }) => {
  switch (framework) {
    case 'esbuild':
      return inEsbuild(options);
    case 'webpack':
    case 'rspack':
      return inWebpack(options);
    case 'vite':
      return inVite(options);
    default:
      return inRollup(options);
  }
});
