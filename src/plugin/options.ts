/** Options of the plugin, the same for every bundler. */
export interface PluginOptions {
  /**
   * Path of the config, relative to `cwd`. @default the first autosplit.config.{yaml,yml,json,js,mjs,ts} from `cwd`
   * upwards
   */
  config?: string;
  /** @default the root of the bundler's project */
  cwd?: string;
  /**
   * Build stale and missing bundles. If false, they are errors.
   * @default true in development (a dev server, a watch mode, webpack's `mode: 'development'`), false otherwise
   */
  build?: boolean;
  /**
   * Path of the declarations of `autosplit:NAME`, relative to the folder of the config; false for none.
   * @default where there is a tsconfig.json, autosplit-env.d.ts in src/, or beside the config where there is no src/
   */
  types?: string | false;
  /** Keep computed results between builds. @default true */
  cache?: boolean;
  /** Threads inside one operator while building. Results do not depend on it. */
  threads?: number;
}
