import type { ProgressCount } from './progress.js';

/** Before, the rate is not known well, and who waits does not ask yet. */
const MIN_SECONDS = 5;
/** Work that is longer ago counts for little. */
const MEMORY_SECONDS = 15;

/**
 * Seconds that a count has left, by its rate of late (exponentially smoothed over {@link MEMORY_SECONDS}); undefined in
 * its first {@link MIN_SECONDS} and when all is done.
 * @param now seconds of a clock that never goes back
 */
export function remainingTime(
  now: () => number = () => performance.now() / 1000,
): (count: ProgressCount) => number | undefined {
  let started = now();
  let last = { what: '', done: 0, of: 0, at: started };
  let perUnit: number | undefined;
  return ({ what, done, of }) => {
    const at = now();
    if (what !== last.what || of !== last.of || done < last.done) {
      // The work before its first step is part of it.
      started = last.at;
      perUnit = undefined;
      last = { what, done: 0, of, at: last.at };
    }
    if (done > last.done) {
      const seconds = at - last.at;
      const latest = seconds / (done - last.done);
      const weight = perUnit === undefined ? 1 : 1 - Math.exp(-seconds / MEMORY_SECONDS);
      perUnit = (perUnit ?? 0) * (1 - weight) + latest * weight;
      last = { what, done, of, at };
    }
    if (perUnit === undefined || done >= of || at - started < MIN_SECONDS) return undefined;
    return Math.max(0, (of - done) * perUnit - (at - last.at));
  };
}

/** `about 40 s left`, `about 3 min left`. */
export function remainingInWords(seconds: number): string {
  if (seconds < 10) return `about ${Math.max(1, Math.round(seconds))} s left`;
  if (seconds < 57.5) return `about ${Math.round(seconds / 5) * 5} s left`;
  return `about ${Math.max(1, Math.round(seconds / 60))} min left`;
}
