/** Runs a quantized split on the samples, scores it, and tells whether its loss of accuracy is within the limit. */

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

/** Returns the cached result for the same inputs, else that of `compute`. */
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
  /** Set if the score of a set is not the mean over its samples; `score` is then that of a single sample. */
  dataset?: DatasetScore;
  /** How outputs are compared when the sensitivity of layers and tensors is measured. */
  outputs: readonly OutputFact[];
  /**
   * How sure the float model is of its decision for a sample, and how far its scores moved. With few samples, this
   * tells more than right or wrong. Undefined if no output holds scores of classes.
   */
  evidence?(outputs: Outputs, reference: Outputs): Evidence | undefined;
  /** Notes for the user on how accuracy is measured. */
  notes: readonly string[];
}

/** Outputs and scores of the float model, computed once for all plans. */
export interface Reference {
  scores: number[];
  /** Records of a metric of the whole set, in the order of the scores. */
  records?: unknown[];
  outputs(sample: number): Promise<Outputs>;
  close(): Promise<void>;
}

/** Result of the float model for one sample. */
interface Known {
  score: number;
  record: unknown;
}

/** Limit in bytes for outputs held in memory; others are computed again when needed. */
const KEPT_BYTES = 128 * 2 ** 20;

/** Runs the float model over the samples of the scorer. The model is loaded only if something is not cached. */
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

/** Number of samples before a plan may be rejected early, and between two checks. */
const MIN_SAMPLES = 24;
const SAMPLES_BETWEEN = 8;

/**
 * Measures a split on the samples of the scorer. With a limit, it stops once the 99.9 % interval of the drop is above
 * the limit; the result then covers the samples run so far.
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
 * A permutation of 0..count-1 in steps of about the golden ratio: samples are often sorted by class, and the first ones
 * should cover many classes.
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

/** Whether all outputs are equal bit by bit. */
const areEqual = (outputs: Outputs, reference: Outputs): boolean =>
  Object.entries(reference).every(([name, { data }]) => {
    const other = outputs[name]?.data;
    return other !== undefined && bytesOf(other).equals(bytesOf(data));
  });

const bytesOf = (data: Outputs[string]['data']): Buffer =>
  ArrayBuffer.isView(data)
    ? Buffer.from(data.buffer, data.byteOffset, data.byteLength)
    : Buffer.from(JSON.stringify(data));

/** Rounds scores, so that differences in the last bits of a user's metric do not matter. */
const rounded = (value: number) => Math.round(value * 1e6) / 1e6;
