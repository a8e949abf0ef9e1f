import path from 'node:path';
import type { ProfileParts } from '../calibrate/parts.js';
import { fittingSamples } from '../config/effort.js';
import type { ResolvedConfig, ResolvedSamples } from '../config/resolved.js';
import type { Scorer } from '../evaluate/index.js';
import { labelFiles } from '../freshness/inputs.js';
import type { LoadedModel } from '../frontend/index.js';
import type { SplitDecision } from '../quantize/decision.js';
import { metricModule } from '../samples/metric-module.js';
import type { SampleSet } from '../samples/open.js';
import type { EdgeCapabilities } from '../targets/capabilities.js';
import type { Cache } from '../util/cache.js';
import { canonicalJson, sha256, sha256File } from '../util/files.js';
import { inOrder } from '../util/in-order.js';

/** Key of all parts of a profile: the model and the samples. */
export async function profileParts(
  loaded: LoadedModel,
  config: ResolvedConfig,
  fitting: SampleSet,
  cache: Cache,
): Promise<ProfileParts> {
  return { cache, model: loaded.key, samples: await samplesKey(fittingSamples(config), fitting) };
}

/** Key of the description of the outputs: the model and the samples. */
export const outputsKey = async (
  loaded: LoadedModel,
  { calibration }: ResolvedConfig,
  samples: SampleSet,
): Promise<unknown> => ({
  model: loaded.key,
  samples: await samplesKey(calibration, samples),
});

/** Key of everything that is fitted to the samples: model, samples, operators of the target and quantization steps. */
export async function fittedKey(
  loaded: LoadedModel,
  config: ResolvedConfig,
  { operators }: EdgeCapabilities,
  fitting: SampleSet,
): Promise<object> {
  return {
    model: loaded.key,
    samples: await samplesKey(fittingSamples(config), fitting),
    operators,
    quantization: config.quantization,
  };
}

/**
 * Key of the weights of an edge side: its layers and their bits.
 * @param fitted {@link fittedKey}
 */
export const weightsKey = (fitted: object, { edge, weightBits }: SplitDecision): object => ({
  ...fitted,
  layers: [...edge].sort((a, b) => a - b).map((layer) => [layer, weightBits[layer]]),
});

/**
 * Key of scores: the samples, and the metric with its labels. `metric` is undefined if the code of a module cannot be
 * followed.
 */
export async function scorerKey(
  { calibration, validation }: ResolvedConfig,
  scorer: Scorer,
): Promise<{ samples: unknown; metric: unknown }> {
  const samples = { of: await samplesKey(validation ?? calibration, scorer.samples), used: scorer.indices.length };
  if (!validation) return { samples, metric: { metric: scorer.metric, outputs: scorer.outputs } };
  const metric =
    'module' in validation.metric ? (await metricModule(validation.metric.module))?.digest : validation.metric;
  const labels: string[][] = [];
  for (const file of labelFiles(validation)) labels.push([path.basename(file), await sha256File(file)]);
  return { samples, metric: metric && { metric, labels, compared: scorer.outputs } };
}

/** Digests of sample files, with the samples that are used. Labels are matched by their names. */
async function samplesKey(
  { kind, files, preprocess }: ResolvedSamples,
  { names, available }: SampleSet,
): Promise<unknown> {
  const digests = await inOrder(files, sha256File);
  return { kind, digests, names, available, preprocess };
}

/** Key of the measured scores of a split; undefined if the code of the metric cannot be followed. */
export const evaluationKey = (
  fitted: object,
  decision: SplitDecision,
  scored: Awaited<ReturnType<typeof scorerKey>>,
  limit: number | null,
): unknown => scored.metric && { split: splitKey(fitted, decision), ...scored, limit };

/** Key of both sides of a split: weights, and the tensors on the wire. */
const splitKey = (fitted: object, decision: SplitDecision): object => ({
  weights: weightsKey(fitted, decision),
  decision: decision.decision,
  wire: decision.wire,
});

/** Key of the selection of a plan: the keys of weights and scores, and the question. */
export async function selectionKey(
  fitted: object,
  config: ResolvedConfig,
  scorer: Scorer,
  question: unknown,
): Promise<unknown> {
  const scored = await scorerKey(config, scorer);
  const asked = sha256(new TextEncoder().encode(canonicalJson(question)));
  return scored.metric && { ...fitted, scored, asked };
}
