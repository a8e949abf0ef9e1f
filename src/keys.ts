import path from 'node:path';
import { fittingSamples } from './config/effort.js';
import type { ResolvedConfig, ResolvedSamples } from './config/resolved.js';
import type { Judge } from './evaluate/index.js';
import type { Network } from './network.js';
import type { ProfileOptions } from './profile/index.js';
import type { SplitDecision } from './quantize/decision.js';
import { metricModule } from './samples/metric-module.js';
import type { EdgeAbilities } from './targets/abilities.js';
import { canonicalJson, sha256, sha256File } from './util/files.js';

/** What a profile hangs on: the network, the samples, and what is asked of them. */
export async function profileKey(
  network: Network,
  config: ResolvedConfig,
  {
    target,
    bits,
    inputEncoding,
    candidates,
    ranges,
    sensitivity,
    sensitivityMacs,
  }: Pick<ProfileOptions, 'target' | 'bits' | 'inputEncoding' | 'candidates' | 'ranges' | 'sensitivity' | 'sensitivityMacs'>,
): Promise<unknown> {
  const asked = {
    operators: target.operators,
    bits,
    inputEncoding,
    candidates: candidates && [...candidates].sort(),
    ranges,
    sensitivity,
    sensitivityMacs,
  };
  return { network: network.key, samples: await samplesKey(fittingSamples(config)), asked };
}

/** What the kinds of the outputs hang on: the network and the samples. */
export const outputsKey = async (network: Network, { calibration }: ResolvedConfig): Promise<unknown> => ({
  network: network.key,
  samples: await samplesKey(calibration),
});

/** What the weights of an edge half hang on: network, samples, target, which layers at which bits, and the steps that are taken. */
export async function weightsKey(
  network: Network,
  config: ResolvedConfig,
  { operators }: EdgeAbilities,
  { edge, weightBits }: SplitDecision,
): Promise<unknown> {
  const layers = [...edge].sort((a, b) => a - b).map((layer) => [layer, weightBits[layer]]);
  return { network: network.key, samples: await samplesKey(fittingSamples(config)), operators, layers, quantization: config.quantization };
}

/** What scores hang on: the samples, and the metric with its labels; that is undefined where a module's code is not known. */
export async function judgeKey({ calibration, validation }: ResolvedConfig, judge: Judge): Promise<{ samples: unknown; metric: unknown }> {
  const samples = { of: await samplesKey(validation ?? calibration), used: judge.indices.length };
  if (!validation) return { samples, metric: { metric: judge.metric, outputs: judge.outputs } };
  const metric = typeof validation.metric === 'string' ? validation.metric : (await metricModule(validation.metric.module))?.digest;
  return { samples, metric: metric && { metric, labels: await sha256File(validation.labels) } };
}

async function samplesKey({ kind, files, preprocess, limit }: ResolvedSamples): Promise<unknown> {
  const digests: string[] = [];
  for (const file of files) digests.push(await sha256File(file));
  // Labels are matched by name.
  const names = files.map((file) => path.basename(file));
  return { kind, digests, names, preprocess, limit: Number.isFinite(limit) ? limit : 'all' };
}

/** What the two halves of a split hang on: their weights, and what crosses. */
export async function splitKey(network: Network, config: ResolvedConfig, target: EdgeAbilities, decision: SplitDecision): Promise<unknown> {
  return { weights: await weightsKey(network, config, target, decision), decision: decision.decision, wire: decision.wire };
}

/** What the selection of a plan hangs on: all that weights and scores hang on, and the question that is asked. */
export async function selectionKey(
  network: Network,
  config: ResolvedConfig,
  { operators }: EdgeAbilities,
  judge: Judge,
  question: unknown,
): Promise<unknown> {
  const judged = await judgeKey(config, judge);
  const { calibration, quantization } = config;
  const asked = sha256(new TextEncoder().encode(canonicalJson(question)));
  return judged.metric && { network: network.key, samples: await samplesKey(calibration), operators, quantization, judged, asked };
}
