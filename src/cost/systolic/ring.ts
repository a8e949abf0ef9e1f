/**
 * The window of a read buffer onto the order in which its operand is fetched. SCALE-Sim v2, "USER mode". The order is
 * cut into lines and closed to a ring; half the buffer is the window, and a refill moves it on by the other half.
 */
export interface Ring {
  /** Words of a line. */
  lineWords: number;
  lines: number;
  /** Lines that are there, from `from` on, and by how many a refill moves on. */
  window: number;
  step: number;
  from: number;
  refills: number;
}

/** SCALE-Sim v2, "USER mode". @param count Elements of the operand. */
export function createRing(words: number, count: number): Ring {
  const active = Math.ceil(words / 2);
  const lineWords = Math.ceil(words / 100);
  const lines = Math.floor(count / lineWords) + 1;
  const window = Math.min(lines, Math.ceil(active / lineWords));
  return {
    lineWords,
    lines,
    window,
    step: Math.min(lines - window, Math.ceil((words - active) / lineWords)),
    from: 0,
    refills: 0,
  };
}

/** Whether lines `first` to `last` are there. */
export function isThere(ring: Ring, first: number, last = first): boolean {
  const distance = first - ring.from;
  return (distance < 0 ? distance + ring.lines : distance) + (last - first) < ring.window;
}

/** Refills once. */
export function refill(ring: Ring): void {
  ring.from = (ring.from + ring.step) % ring.lines;
  ring.refills++;
}

/** Cycles of one refill at `bandwidth` words per cycle; the next starts one later. */
export const refillCycles = (words: number, bandwidth: number) => Math.ceil(Math.floor(words / 2) / bandwidth);

/**
 * Cycles before the first line, in which the window is filled. @param padded Elements with the padding of edge folds.
 */
export const firstCycles = (words: number, padded: number, bandwidth: number) =>
  Math.min(Math.ceil(Math.ceil(words / 2) / bandwidth), Math.ceil(padded / bandwidth));
