import type { Graph } from '../onnx/graph.js';
import type { Head } from '../outputs/detections/head.js';
import type { Outputs } from '../outputs/elements.js';
import type { OutputFact } from '../outputs/fact.js';
import type { Preprocess } from '../samples/types.js';
import type { MetricOptions } from './options.js';

/** Properties of every metric. Scores are in 0..1 and higher is better: an error rate becomes 1 - rate. */
export interface MetricFacts {
  /**
   * Each sample is a single answer of a classifier, right or wrong. The drop then follows from how far the scores of
   * the classes moved.
   */
  isOfAnswers: boolean;
  /** Reads the first output as one row of class scores, whatever its values are. @default false */
  isOfRow?: boolean;
  /** Allowed drop of the score if the user sets no limit. */
  defaultDrop: number;
}

/** A metric that compares outputs with labels. */
export interface LabelledMetric extends MetricFacts {
  compares: 'labels';
  /** Kind of labels: a column of a CSV, files named in that column, or files of boxes. */
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

/** Arguments to open a metric. */
export interface MetricSources {
  options: MetricOptions;
  /** The CSV or JSON file of labels, or their folder. */
  csv: string;
  /** The column of labels in the order of the samples; empty for boxes. */
  labels: readonly string[];
  /** Names of the samples. */
  names: readonly string[];
  /** Inputs and outputs of the model. */
  graph: Pick<Graph, 'inputs' | 'outputs'>;
  /** Description of the outputs, from a few samples. */
  facts(): Promise<readonly OutputFact[]>;
  /** Detector heads that fit the outputs, the most likely first. */
  heads(): Promise<readonly Head[]>;
  /** The samples, if they are pictures. */
  pictures?: { files: readonly string[]; preprocess: Preprocess };
}

/** Makes a metric that compares outputs with labels. By default it may drop by one point. */
export const labelled = (
  labels: LabelledMetric['labels'],
  open: LabelledMetric['open'],
  facts: Partial<MetricFacts> = {},
): LabelledMetric => ({ compares: 'labels', labels, isOfAnswers: false, defaultDrop: 0.01, ...facts, open });

/** A score of a set that is not the mean over its samples. */
export interface DatasetScore {
  /** Makes the record of a sample; plain data. */
  record(outputs: Outputs, sample: number): unknown;
  /**
   * Score in 0..1 of the samples with these records.
   * @param weights how often each sample counts, for resampling; by default once
   */
  score(records: readonly unknown[], weights?: ArrayLike<number>): number;
}

/** A metric opened with its labels. */
export interface OpenMetric {
  /** Score of one sample. */
  score(outputs: Outputs, sample: number): number | Promise<number>;
  /** Set if the metric is not the mean of these scores. */
  dataset?: DatasetScore;
  /** Notes on guesses, one sentence each. */
  notes: string[];
}

/** Makes a metric of a whole set; the score of one sample is that of a set of one. */
export const ofDataset = <Record>(dataset: {
  record(outputs: Outputs, sample: number): Record;
  score(records: readonly Record[], weights?: ArrayLike<number>): number;
}): Pick<OpenMetric, 'score' | 'dataset'> => ({
  score: (outputs, sample) => dataset.score([dataset.record(outputs, sample)]),
  dataset: dataset as DatasetScore,
});

export const weightOf = (weights: ArrayLike<number> | undefined, i: number): number => weights?.[i] ?? 1;

export const clamp = (value: number): number => Math.min(1, Math.max(0, value));
