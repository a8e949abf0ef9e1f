import type { FlagValue } from '../config/flags.js';
import type { LoadOptions } from '../config/load.js';
import type { SolverName } from '../planner/index.js';
import type { ProgressEvent } from '../progress/events.js';
import type { RunStage } from '../progress/index.js';

export { SOLVERS, type SolverName } from '../planner/index.js';

/** Selects the config: the first one found from `cwd` upwards, or the named one. */
export interface ConfigOptions extends Omit<LoadOptions, 'cwd' | 'flags' | 'effortOf'> {
  /** @default the folder of the process */
  cwd?: string;
}

/** How the work is done. */
export interface WorkOptions extends ConfigOptions {
  /** Called when a stage starts, progresses and ends. @default not called */
  onProgress?: (event: ProgressEvent) => void;
  /** Threads inside one operator. Results do not depend on it. @default onnxruntime decides */
  threads?: number;
  /** Finds the plan: the own search, or HiGHS (slow). @default 'search' */
  solver?: SolverName;
  /** Read and write the cache. @default true */
  cache?: boolean;
}

/** Options of planning. */
export interface PlanOptions extends WorkOptions {
  /** Select the plan by measured accuracy, as `build` does (slower). @default false */
  measured?: boolean;
}

/** Options of a comparison. */
export interface CompareOptions extends PlanOptions {
  /**
   * Also solve along a range: `uplink=0.1..100Mbps`, `memory=256KiB..16MB` or `error=0.001..0.1`; `:20` at its end sets
   * 20 points.
   * @default no range
   */
  sweep?: string;
}

/** Options that only the command line has. */
export interface CommandOptions {
  /** Options of the command line that override keys of the config. */
  flags?: readonly FlagValue[];
  /** Makes the display of the stages of a build, one of `count`; replaces `onProgress`. */
  stages?: (build: string, count: number) => RunStage;
}
