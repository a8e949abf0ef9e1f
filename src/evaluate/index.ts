import type { Inference, TensorValue } from '../inference/session.js';
import type { SampleSet } from '../samples/open.js';
import type { Evaluation } from './evaluation.js';
import type { LoadedSplit } from './run.js';

type Outputs = Readonly<Record<string, TensorValue>>;

/** Scores one sample in 0..1, for the float network and for the split alike. */
export interface Judge {
  metric: string;
  samples: SampleSet;
  /** Indices of the samples that are used. */
  indices: readonly number[];
  /** `reference` are the outputs of the float network for the sample. */
  score(outputs: Outputs, reference: Outputs, sample: number): number | Promise<number>;
}

/** The float network's outputs and score per sample, computed once and kept for every plan that is tried. */
export interface Reference {
  scores: number[];
  /** Outputs by sample; only as many as fit {@link KEPT_BYTES}. */
  outputs: Map<number, Outputs>;
  recompute(sample: number): Promise<Outputs>;
}

const KEPT_BYTES = 256 * 2 ** 20;

/** Runs the float network over the judge's samples. */
export async function floatReference(network: Inference, judge: Judge, onProgress: (done: number, of: number) => void): Promise<Reference> {
  const scores: number[] = [];
  const outputs = new Map<number, Outputs>();
  let bytes = 0;
  const recompute = async (sample: number) => network.run(await judge.samples.load(sample));
  for (const [done, sample] of judge.indices.entries()) {
    const result = await recompute(sample);
    scores.push(await judge.score(result, result, sample));
    bytes += Object.values(result).reduce((sum, { data }) => sum + data.byteLength, 0);
    if (bytes <= KEPT_BYTES) outputs.set(sample, result);
    onProgress(done + 1, judge.indices.length);
  }
  return { scores, outputs, recompute };
}

/** Samples before a hopeless plan may be given up. */
const LEAST_SAMPLES = 24;

/**
 * Measures a loaded split on the judge's samples. With a limit, it stops early once the drop is above it by three standard errors
 * of the paired differences: the result then counts the samples seen.
 */
export async function evaluateSplit(
  split: LoadedSplit,
  judge: Judge,
  reference: Reference,
  limit: number | null,
  onProgress: (done: number, of: number) => void,
): Promise<Evaluation> {
  const differences: number[] = [];
  let score = 0;
  for (const [done, sample] of judge.indices.entries()) {
    const { outputs } = await split.run(await judge.samples.load(sample));
    const own = await judge.score(outputs, reference.outputs.get(sample) ?? (await reference.recompute(sample)), sample);
    score += own;
    differences.push(reference.scores[done] - own);
    onProgress(done + 1, judge.indices.length);
    if (limit !== null && differences.length >= LEAST_SAMPLES && isHopeless(differences, limit)) break;
  }
  const samples = differences.length;
  const float = mean(reference.scores.slice(0, samples));
  const quantized = samples === 0 ? 0 : score / samples;
  return { metric: judge.metric, samples, float: rounded(float), quantized: rounded(quantized), drop: rounded(float - quantized), limit };
}

function isHopeless(differences: readonly number[], limit: number): boolean {
  const average = mean(differences);
  const variance = differences.reduce((sum, value) => sum + (value - average) ** 2, 0) / (differences.length - 1);
  return average - 3 * Math.sqrt(variance / differences.length) > limit;
}

const mean = (values: readonly number[]) => (values.length === 0 ? 0 : values.reduce((a, b) => a + b, 0) / values.length);

/** Scores are rounded where they leave the stage: sums of a user's floats must not differ in the last bits. */
const rounded = (value: number) => Math.round(value * 1e6) / 1e6;
