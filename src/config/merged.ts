import type { UserConfig } from './schema.gen.js';

export type { UserConfig } from './schema.gen.js';

type Complete = Required<Pick<UserConfig, 'calibration' | 'edge' | 'network' | 'cloud'>>;

/** One build as written: everything that it extends and its variant merged in, the environment filled in, validated. */
export type MergedConfig = Omit<UserConfig, 'extends' | 'builds' | 'model' | '$schema'> &
  Complete & { model: { path: string; inputs?: Record<string, number[]> } };

/** What a caller can set over every build of a config: paths are relative to `cwd`. */
export type ConfigOverrides = Omit<UserConfig, 'extends' | 'builds' | '$schema'>;

/** Gives the config back: for editors, which then know its type. */
export const defineConfig = (config: UserConfig): UserConfig => config;
