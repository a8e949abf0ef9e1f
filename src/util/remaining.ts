import type { ProgressCount } from './progress.js';

/** No estimate earlier: the rate is still uncertain. */
const MIN_SECONDS = 5;
/** Time constant of the smoothing. */
const MEMORY_SECONDS = 15;

/**
 * Estimates the seconds left for a count from its recent rate (exponentially smoothed over {@link MEMORY_SECONDS});
 * undefined during the first {@link MIN_SECONDS} and at the end.
 * @param now seconds of a monotonic clock
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
      // The time before the first step counts as work.
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
