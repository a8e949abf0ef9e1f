import type { SolverName } from './planner/solvers.js';
import type { Cache } from './util/cache.js';
import { type Progress, tellCount } from './util/progress.js';

export type { Progress } from './util/progress.js';

/** Runs one stage of the pipeline under a title; how it shows is the caller's affair. */
export type RunStage = <T>(title: string, stage: (progress: Progress) => Promise<T> | T) => Promise<T>;

/** What every pipeline run needs beside its config. */
export interface RunOptions {
  run: RunStage;
  /** A folder for temporary files; the caller removes it. */
  workDir: string;
  /** Threads inside one operator. Results do not depend on it. */
  threads?: number;
  /** @default 'search' */
  solver?: SolverName;
  /** Keeps what was computed; nothing is kept where it is absent. */
  cache?: Cache;
}

/** Progress as a bar. */
export const counter =
  (progress: Progress) =>
  (done: number, of: number): void =>
    tellCount(progress, '', done, of);
