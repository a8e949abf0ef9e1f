import { remainingTime } from '../util/remaining.js';
import type { RunStage } from './index.js';

/**
 * What a run tells of itself while it works: stages begin and end, one after the other, in the order of
 * src/pipeline/index.ts.
 */
export type ProgressEvent =
  | { type: 'start'; build: string; stage: string }
  /**
   * How far a stage is, for people: `12/64`. Some stages never say. `remainingSeconds`: what is being counted goes on
   * for about as long; of what takes more than 5 s alone.
   */
  | { type: 'progress'; build: string; stage: string; text: string; remainingSeconds?: number }
  | { type: 'done'; build: string; stage: string; seconds: number }
  /** The call rejects with the same error. */
  | { type: 'failed'; build: string; stage: string; error: unknown };

/**
 * Runs stages and tells of them; what `onProgress` throws ends the run.
 * @param now seconds of a clock that never goes back
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
