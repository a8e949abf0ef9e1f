/** Runs a quantized split on the samples, scores it, and says whether its loss of accuracy holds the limit. */

import type { Inference } from '../inference/session.js';
import type { DatasetScore, MetricFacts } from '../metrics/metric.js';
import type { Evidence } from '../outputs/classes.js';
import type { Outputs } from '../outputs/elements.js';
import type { OutputFact } from '../outputs/fact.js';
import type { SampleSet } from '../samples/open.js';
import type { Evaluation } from './evaluation.js';
import { dropInterval, type PairedScores, totalOf, Z999 } from './interval.js';
import type { LoadedSplit } from './run.js';
import { expectedLoss, verdictOnDrop } from './verdict.js';

type OnProgress = (done: number, of: number) => void;

/** Gives what was computed from the same before, or what `compute` gives. */
type Remember = <T>(compute: () => Promise<T>) => Promise<T>;

/** Scores one sample in 0..1, for the float model and for the split alike. */
export interface Scorer extends Pick<MetricFacts, 'isOfAnswers' | 'defaultDrop'> {
  /** Name of the metric, or the path of its module. */
  metric: string;
  samples: SampleSet;
  /** Indices of the samples that are used. */
  indices: readonly number[];
  /** `reference` are the outputs of the float model for the sample. */
  score(outputs: Outputs, reference: Outputs, sample: number): number | Promise<number>;
  /** Where the score of all samples is no mean of theirs: then `score` is that of a set of one. */
  dataset?: DatasetScore;
  /**
   * How the outputs are compared where what they lose is measured beside the score: by the sensitivity of layers and
   * tensors.
   */
  outputs: readonly OutputFact[];
  /**
   * How sure the float model is of its decision for a sample, and how much its scores have moved: tells more than a
   * score of right or wrong where samples are few. Undefined where no output holds scores of classes.
   */
  evidence?(outputs: Outputs, reference: Outputs): Evidence | undefined;
  /** What the user should know of how accuracy is measured here, a sentence each. */
  notes: readonly string[];
}

/** The float model's outputs and score per sample, computed once for every plan that is tried. */
export interface Reference {
  scores: number[];
  /** Of a metric of the whole set, in the order of the scores. */
  records?: unknown[];
  outputs(sample: number): Promise<Outputs>;
  close(): Promise<void>;
}

/** What is known of a sample of the float network. */
interface Known {
  score: number;
  record: unknown;
}

/** Outputs that are held in memory; more are computed again when they are needed. */
const KEPT_BYTES = 128 * 2 ** 20;

/** Runs the float model over the scorer's samples; it is loaded only where something is left to compute. */
export async function floatReference(
  open: () => Promise<Inference>,
  scorer: Scorer,
  remember: Remember,
  onProgress: OnProgress,
): Promise<Reference> {
  let network: Promise<Inference> | undefined;
  const run = async (sample: number): Promise<Outputs> => {
    network ??= open();
    return (await network).run(await scorer.samples.load(sample));
  };
  const close = async () => (await network)?.close();
  const known = new Map<number, Known>();
  const knownOf = async (result: Outputs, sample: number): Promise<Known> => ({
    score: await scorer.score(result, result, sample),
    record: scorer.dataset?.record(result, sample),
  });
  try {
    const kept = await remember(async () => {
      const outputs = new Map<number, Outputs>();
      let bytes = 0;
      for (const [done, sample] of scorer.indices.entries()) {
        const result = await run(sample);
        known.set(sample, await knownOf(result, sample));
        bytes += Object.values(result).reduce((sum, { data }) => sum + data.byteLength, 0);
        if (bytes <= KEPT_BYTES) outputs.set(sample, result);
        onProgress(done + 1, scorer.indices.length);
      }
      return outputs;
    });
    const outputs = async (sample: number) => kept.get(sample) ?? run(sample);
    const all: Known[] = [];
    for (const sample of scorer.indices) all.push(known.get(sample) ?? (await knownOf(await outputs(sample), sample)));
    const scores = all.map(({ score }) => score);
    return { scores, ...(scorer.dataset && { records: all.map(({ record }) => record) }), outputs, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Samples before a hopeless plan may be given up, and between two looks at it. */
const MIN_SAMPLES = 24;
const SAMPLES_BETWEEN = 8;

/**
 * Measures a split on the scorer's samples. With a limit, it stops early once even the low end of the 99.9 % interval
 * of the drop is above it: the result then counts the samples seen.
 */
export async function evaluateSplit(
  open: () => Promise<LoadedSplit>,
  scorer: Scorer,
  reference: Reference,
  limit: number | null,
  remember: Remember,
  onProgress: OnProgress,
): Promise<Evaluation> {
  const order = walkOrder(scorer.indices.length);
  const pairs = (quantized: readonly number[], records: readonly unknown[]): PairedScores => {
    const ofFloat = order.slice(0, quantized.length).map((at) => reference.records?.[at]);
    const { dataset } = scorer;
    const total = (weights?: ArrayLike<number>) => ({
      float: dataset?.score(ofFloat, weights) ?? 0,
      quantized: dataset?.score(records, weights) ?? 0,
    });
    return { float: quantized.map((_, i) => reference.scores[order[i]]), quantized, ...(dataset && { total }) };
  };
  const { scores, records, evidence, isExact } = await remember(async () => {
    const split = await open();
    try {
      const scores: number[] = [];
      const records: unknown[] = [];
      const evidence: Evidence[] = [];
      let isExact = true;
      for (const [done, at] of order.entries()) {
        const sample = scorer.indices[at];
        const { outputs } = await split.run(await scorer.samples.load(sample));
        const expected = await reference.outputs(sample);
        scores.push(await scorer.score(outputs, expected, sample));
        if (scorer.dataset) records.push(scorer.dataset.record(outputs, sample));
        evidence.push(...[scorer.evidence?.(outputs, expected) ?? []].flat());
        isExact &&= areEqual(outputs, expected);
        onProgress(done + 1, order.length);
        const isLook = !scorer.dataset && scores.length >= MIN_SAMPLES && scores.length % SAMPLES_BETWEEN === 0;
        if (limit !== null && isLook && dropInterval(pairs(scores, records), Z999)[0] > limit) break;
      }
      return { scores, records, evidence, isExact };
    } finally {
      await split.close();
    }
  });
  return evaluationOf(scorer, pairs(scores, records), limit, evidence, isExact);
}

/**
 * All of 0..count-1 in steps of about the golden section: samples often stand in order of their class, and the first
 * ones must be of many.
 */
export function walkOrder(count: number): number[] {
  const divides = (a: number, b: number): number => (b === 0 ? a : divides(b, a % b));
  let step = Math.max(1, Math.round(count * 0.6180339887498949));
  while (divides(count, step) !== 1) step--;
  return Array.from({ length: count }, (_, i) => (i * step) % count);
}

/** Means, interval and verdict of paired scores. */
export function evaluationOf(
  { metric, isOfAnswers }: Pick<Scorer, 'metric' | 'isOfAnswers'>,
  scores: PairedScores,
  limit: number | null,
  evidence: readonly Evidence[] = [],
  isExact = false,
): Evaluation {
  const { float, quantized } = totalOf(scores);
  const [low, high] = isExact ? [0, 0] : dropInterval(scores);
  const expected = isOfAnswers ? expectedLoss(evidence) : undefined;
  const countsAnswers = isOfAnswers || areAnswers(scores);
  return {
    metric,
    samples: scores.quantized.length,
    float: rounded(float),
    quantized: rounded(quantized),
    drop: rounded(float - quantized),
    limit,
    interval: [rounded(low), rounded(high)],
    ...(evidence.length > 0 && {
      sameAnswers: rounded(evidence.filter(({ isChanged }) => !isChanged).length / evidence.length),
    }),
    ...(expected !== undefined && { expectedDrop: rounded(expected) }),
    ...(limit !== null && verdictOnDrop(scores, limit, { expected, countsAnswers, isExact })),
  };
}

/** Whether each sample is right or wrong. */
const areAnswers = ({ float, quantized }: PairedScores): boolean =>
  [...float, ...quantized].every((score) => score === 0 || score === 1);

/** Whether all outputs are the same, bit for bit. */
const areEqual = (outputs: Outputs, reference: Outputs): boolean =>
  Object.entries(reference).every(([name, { data }]) => {
    const other = outputs[name]?.data;
    return other !== undefined && bytesOf(other).equals(bytesOf(data));
  });

const bytesOf = (data: Outputs[string]['data']): Buffer =>
  ArrayBuffer.isView(data)
    ? Buffer.from(data.buffer, data.byteOffset, data.byteLength)
    : Buffer.from(JSON.stringify(data));

/** Scores are rounded where they leave the stage: sums of a user's floats must not differ in the last bits. */
const rounded = (value: number) => Math.round(value * 1e6) / 1e6;
