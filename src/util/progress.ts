/** Reports progress as text, and as a count if possible. */
export type Progress = (text: string, count?: ProgressCount) => void;

export interface ProgressCount {
  /** What is counted. A new name, or a lower `done`, starts a new count. */
  what: string;
  done: number;
  of: number;
}

const WIDTH = 20;

/** A progress bar for the title of a task: `ranges ▰▰▰▱▱ 12/64`. */
export function progressBar(what: string, done: number, of: number): string {
  const filled = of > 0 ? Math.round((WIDTH * done) / of) : WIDTH;
  return `${what ? `${what} ` : ''}${'▰'.repeat(filled)}${'▱'.repeat(WIDTH - filled)} ${done}/${of}`;
}

/** Reports a count as a progress bar. */
export const tellCount = (progress: Progress, what: string, done: number, of: number): void =>
  progress(progressBar(what, done, of), { what, done, of });
