/**
 * The plugin for bundlers: `autosplit:NAME` resolves to the edge side of a committed bundle. hosts/ holds the
 * differences between bundlers, entries/ the module that each bundler imports.
 */

import { createUnplugin } from 'unplugin';
import { inEsbuild } from './hosts/esbuild.js';
import { inRollup } from './hosts/rollup.js';
import { inVite } from './hosts/vite.js';
import { inWebpack } from './hosts/webpack.js';
import type { PluginOptions } from './options.js';

export type { PluginOptions } from './options.js';

/** Creates the plugin for the bundler that runs it. */
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
