import { remainingTime } from '../util/remaining.js';
import type { RunStage } from './index.js';

/** Events of a run: stages start and end one after the other, in the order of src/pipeline/index.ts. */
export type ProgressEvent =
  | { type: 'start'; build: string; stage: string }
  /**
   * Progress of a stage as text, such as `12/64`; some stages send none. `remainingSeconds` estimates the rest of the
   * current count, if it takes more than 5 s.
   */
  | { type: 'progress'; build: string; stage: string; text: string; remainingSeconds?: number }
  | { type: 'done'; build: string; stage: string; seconds: number }
  /** The call rejects with this error. */
  | { type: 'failed'; build: string; stage: string; error: unknown };

/**
 * Runs stages and reports them; an error of `onProgress` ends the run.
 * @param now seconds of a monotonic clock
 */
export function reportingStages(
  build: string,
  onProgress: (event: ProgressEvent) => void,
  now: () => number = () => performance.now() / 1000,
): RunStage {
  return async (stage, work) => {
    const started = now();
    const remaining = remainingTime(now);
    onProgress({ type: 'start', build, stage });
    try {
      const value = await work((text, count) => {
        const left = count && remaining(count);
        onProgress({ type: 'progress', build, stage, text, ...(left !== undefined && { remainingSeconds: left }) });
      });
      onProgress({ type: 'done', build, stage, seconds: now() - started });
      return value;
    } catch (error) {
      onProgress({ type: 'failed', build, stage, error });
      throw error;
    }
  };
}
