import type { Graph } from '../onnx/graph.js';
import type { Head } from '../outputs/detections/head.js';
import type { Outputs } from '../outputs/elements.js';
import type { OutputFact } from '../outputs/fact.js';
import type { Preprocess } from '../samples/types.js';
import type { MetricOptions } from './options.js';

/** What every metric states of itself. Scores are in 0..1 and higher is better: an error rate is 1 less the rate. */
export interface MetricFacts {
  /**
   * Each sample is a single answer of a classifier, right or wrong: the drop then follows from how far the scores of
   * the classes have moved.
   */
  isOfAnswers: boolean;
  /** The first output is looked at as one row of scores of classes, whatever its values look like. @default false */
  isOfRow?: boolean;
  /** Drop of the score that is allowed where the user sets none. */
  defaultDrop: number;
}

/** A metric that compares outputs with labels. */
export interface LabelledMetric extends MetricFacts {
  compares: 'labels';
  /** What the labels are: the column of a CSV, files that this column names, or boxes in files of their own. */
  labels: 'column' | 'files' | 'boxes';
  /** @throws AutosplitError LABELS_INVALID, METRIC_INVALID: all that is wrong and can be known before a model runs */
  open(sources: MetricSources): Promise<OpenMetric>;
}

/** A metric that compares outputs with those of the float model for the same sample. */
export interface ComparedMetric extends MetricFacts {
  compares: 'float';
  open(sources: Omit<MetricSources, 'csv' | 'labels' | 'names'>): Promise<{
    score(outputs: Outputs, reference: Outputs): number;
    notes: string[];
  }>;
}

export type MetricDefinition = LabelledMetric | ComparedMetric;

/** What a metric is opened with. */
export interface MetricSources {
  options: MetricOptions;
  /** The CSV or JSON of labels, or the folder of them. */
  csv: string;
  /** The column of labels in the order of the samples; empty where the labels are boxes. */
  labels: readonly string[];
  /** Names of the samples. */
  names: readonly string[];
  /** Inputs and outputs as the model states them. */
  graph: Pick<Graph, 'inputs' | 'outputs'>;
  /** How the outputs look on a few samples. */
  facts(): Promise<readonly OutputFact[]>;
  /** Heads of detectors that fit the outputs, the likeliest first. */
  heads(): Promise<readonly Head[]>;
  /** The samples, where they are pictures. */
  pictures?: { files: readonly string[]; preprocess: Preprocess };
}

/** A metric that compares outputs with labels; one point of it may be lost where the user sets no limit. */
export const labelled = (
  labels: LabelledMetric['labels'],
  open: LabelledMetric['open'],
  facts: Partial<MetricFacts> = {},
): LabelledMetric => ({ compares: 'labels', labels, isOfAnswers: false, defaultDrop: 0.01, ...facts, open });

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

/** A metric with the labels of its samples. */
export interface OpenMetric {
  /** Score of one sample. */
  score(outputs: Outputs, sample: number): number | Promise<number>;
  /** Where the mean of these scores is not the metric. */
  dataset?: DatasetScore;
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
