import type { RunStage } from '../progress/index.js';
import { listrStages } from '../progress/terminal.js';

/** Shows stages on stderr, with the name of the build if there are several. */
export const shownStages =
  ({ quiet }: { quiet: boolean }) =>
  (build: string, count: number): RunStage =>
    listrStages({ quiet, ...(count > 1 && { build }) });
