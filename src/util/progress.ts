/** Tells how far a piece of work is: in words, and by counting where that is possible. */
export type Progress = (text: string, count?: ProgressCount) => void;

export interface ProgressCount {
  /** What is counted; another name, or less done than before, is another count. */
  what: string;
  done: number;
  of: number;
}

const WIDTH = 20;

/** A bar of what is done, for the title of a running task: `ranges ▰▰▰▱▱ 12/64`. */
export function progressBar(what: string, done: number, of: number): string {
  const filled = of > 0 ? Math.round((WIDTH * done) / of) : WIDTH;
  return `${what ? `${what} ` : ''}${'▰'.repeat(filled)}${'▱'.repeat(WIDTH - filled)} ${done}/${of}`;
}

/** Tells a count, as a bar. */
export const tellCount = (progress: Progress, what: string, done: number, of: number): void =>
  progress(progressBar(what, done, of), { what, done, of });
