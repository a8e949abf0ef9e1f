import type { Outputs } from '../outputs/elements.js';
import type { OutputFact } from '../outputs/fact.js';

/** A score of all samples together that is no mean of theirs. */
export interface DatasetScore {
  /** What is kept of a sample; plain data. */
  record(outputs: Outputs, sample: number): unknown;
  /**
   * Score in 0..1 of the samples whose records these are.
   * @param weights how often each sample counts, for resampling; once where absent
   */
  score(records: readonly unknown[], weights?: ArrayLike<number>): number;
}

/** A metric with the labels of its samples: higher is better, 0..1. */
export interface OpenMetric {
  /** Score of one sample. */
  score(outputs: Outputs, sample: number): number | Promise<number>;
  /** Where the mean of these scores is not the metric. */
  dataset?: DatasetScore;
  /** What it looks at, where that is not what the outputs look like. */
  outputs?: OutputFact[];
  /** What was guessed, a sentence each. */
  notes: string[];
}

/** A metric of a whole set, whose score of one sample is that of a set of one. */
export const ofDataset = <Record>(dataset: {
  record(outputs: Outputs, sample: number): Record;
  score(records: readonly Record[], weights?: ArrayLike<number>): number;
}): Pick<OpenMetric, 'score' | 'dataset'> => ({
  score: (outputs, sample) => dataset.score([dataset.record(outputs, sample)]),
  dataset: dataset as DatasetScore,
});

export const weightOf = (weights: ArrayLike<number> | undefined, i: number): number => weights?.[i] ?? 1;

export const clamp = (value: number): number => Math.min(1, Math.max(0, value));
