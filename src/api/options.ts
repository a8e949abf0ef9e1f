import type { FlagValue } from '../config/flags.js';
import type { LoadOptions } from '../config/load.js';
import type { SolverName } from '../planner/index.js';
import type { ProgressEvent } from '../progress/events.js';
import type { RunStage } from '../progress/index.js';

export { SOLVERS, type SolverName } from '../planner/index.js';

/** Which config is worked on: the one found from `cwd` upwards, or the one named. */
export interface ConfigOptions extends Omit<LoadOptions, 'cwd' | 'flags' | 'effortOf'> {
  /** @default the folder of the process */
  cwd?: string;
}

/** How it is worked on. */
export interface WorkOptions extends ConfigOptions {
  /** Called as stages begin, go on and end. @default nobody is told */
  onProgress?: (event: ProgressEvent) => void;
  /** Threads inside one operator; results do not depend on it. @default onnxruntime decides */
  threads?: number;
  /** Who finds the plan: the own search, or HiGHS (slow). @default 'search' */
  solver?: SolverName;
  /** Keep what was computed, and use what was kept. @default true */
  cache?: boolean;
}

/** What is planned. */
export interface PlanOptions extends WorkOptions {
  /** Take the plan that `build` takes, by measured accuracy (slower). @default false */
  measured?: boolean;
}

/** What is compared. */
export interface CompareOptions extends PlanOptions {
  /**
   * Solve along a range too: `uplink=0.1..100Mbps`, `memory=256KiB..16MB` or `error=0.001..0.1`, with `:20` at 20
   * points. @default no range
   */
  sweep?: string;
}

/** What the command line adds to the options of programs. */
export interface CommandOptions {
  /** Options of the command line that override keys of the config. */
  flags?: readonly FlagValue[];
  /** Shows the stages of a build, one of `count`, instead of `onProgress`. */
  stages?: (build: string, count: number) => RunStage;
}
