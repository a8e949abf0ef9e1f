import type { SolverName } from '../api/options.js';
import type { FlagValue } from '../config/flags.js';

/** Options that every command takes. */
export interface CommonOptions {
  config?: string;
  cwd: string;
  build?: string;
  json: boolean;
  quiet: boolean;
  threads?: number;
  /** Options that override keys of the config. */
  flags?: readonly FlagValue[];
}

export interface SolverOption {
  solver: SolverName;
}

/** Options of commands that use the cache. */
export interface CachedOptions extends CommonOptions {
  cache: boolean;
}

/** Options of commands that show a plan. */
export interface SolvedOptions extends CachedOptions, Partial<SolverOption> {
  measured: boolean;
}
