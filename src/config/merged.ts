import type { UserConfig } from './schema.gen.js';

export type { UserConfig } from './schema.gen.js';

type Complete = Required<Pick<UserConfig, 'calibration' | 'edge' | 'network' | 'cloud'>>;

/** One validated build as written, with extended configs, its variant and the environment merged in. */
export type MergedConfig = Omit<UserConfig, 'extends' | 'builds' | 'model' | '$schema'> &
  Complete & { model: { path: string; inputs?: Record<string, number[]> } };

/** Values that a caller sets for every build of a config. Paths are relative to `cwd`. */
export type ConfigOverrides = Omit<UserConfig, 'extends' | 'builds' | '$schema'>;

/** Returns its argument. It gives editors the type of a config. */
export const defineConfig = (config: UserConfig): UserConfig => config;
