import type { RunStage } from './stage.js';

/** What a run tells of itself while it works: stages begin and end, one after the other, in the order of src/pipeline.ts. */
export type ProgressEvent =
  | { type: 'start'; build: string; stage: string }
  /** How far a stage is, for people: `12/64`. Some stages never say. */
  | { type: 'progress'; build: string; stage: string; text: string }
  | { type: 'done'; build: string; stage: string; seconds: number }
  /** The call rejects with the same error. */
  | { type: 'failed'; build: string; stage: string; error: unknown };

/** Runs stages and tells of them; what `onProgress` throws ends the run. */
export function reportingStages(build: string, onProgress: (event: ProgressEvent) => void): RunStage {
  return async (stage, work) => {
    const started = performance.now();
    onProgress({ type: 'start', build, stage });
    try {
      const value = await work((text) => onProgress({ type: 'progress', build, stage, text }));
      onProgress({ type: 'done', build, stage, seconds: (performance.now() - started) / 1000 });
      return value;
    } catch (error) {
      onProgress({ type: 'failed', build, stage, error });
      throw error;
    }
  };
}
