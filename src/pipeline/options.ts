import type { SolverName } from '../planner/index.js';
import type { RunStage } from '../progress/index.js';
import type { Cache } from '../util/cache.js';

/** What every run of the pipeline needs besides its config. */
export interface RunOptions {
  run: RunStage;
  /** A folder for temporary files; the caller removes it. */
  workDir: string;
  /** Threads inside one operator. Results do not depend on it. */
  threads?: number;
  /** @default 'search' */
  solver?: SolverName;
  /** Cache of computed results; without it, everything is computed. */
  cache?: Cache;
}
