/** How the stages of a run are shown: as lines on a terminal, as plain lines, or as events for programs. */

import { type Progress, tellCount } from '../util/progress.js';

export type { Progress } from '../util/progress.js';

/** Runs one stage of the pipeline under a title and shows it. */
export type RunStage = <T>(title: string, stage: (progress: Progress) => Promise<T> | T) => Promise<T>;

/** Reports a count as a progress bar. */
export const counter =
  (progress: Progress) =>
  (done: number, of: number): void =>
    tellCount(progress, '', done, of);
