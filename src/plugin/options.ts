/** What the plugin takes, whichever bundler it runs in. */
export interface PluginOptions {
  /**
   * Path of the config, relative to `cwd`. @default the first autosplit.config.{yaml,yml,json,js,mjs,ts} from `cwd`
   * upwards
   */
  config?: string;
  /** @default the root of the bundler's project */
  cwd?: string;
  /**
   * Whether a bundle that is stale or missing is built. Where not, it is an error.
   * @default true in development (a dev server, a watch mode, webpack's `mode: 'development'`), false otherwise
   */
  build?: boolean;
  /**
   * The file that types `autosplit:NAME`, relative to the folder of the config; false for none.
   * @default where there is a tsconfig.json, autosplit-env.d.ts in src/, or beside the config where there is no src/
   */
  types?: string | false;
  /** Whether what was computed is kept between builds. @default true */
  cache?: boolean;
  /** Threads inside one operator while building. Results do not depend on it. */
  threads?: number;
}
