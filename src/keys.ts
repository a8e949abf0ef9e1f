import path from 'node:path';
import { fittingSamples } from './config/effort.js';
import type { ResolvedConfig, ResolvedSamples } from './config/resolved.js';
import type { Judge } from './evaluate/index.js';
import type { Network } from './network.js';
import type { Model } from './onnx/graph.js';
import { writeModel } from './onnx/write.js';
import type { ProfileOptions } from './profile/index.js';
import type { SplitDecision } from './quantize/decision.js';
import type { QuantizedSplit } from './quantize/index.js';
import { metricModule } from './samples/metric-module.js';
import type { EdgeAbilities } from './targets/abilities.js';
import { sha256, sha256File } from './util/files.js';

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
  if (!validation) return { samples, metric: judge.metric };
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

/** Both halves by content, and what passes between them. */
export async function splitKey({ decision, wire, outputs, edge, cloud }: QuantizedSplit): Promise<unknown> {
  return { decision: decision.decision, wire, outputs, edge: edge && modelKey(edge.model), cloud: cloud && modelKey(cloud.model) };
}

/** A model by its graph and weights. Ranges of files lie in the optimised network, whose content every key holds besides. */
function modelKey(model: Model): unknown {
  const { skeleton, external } = writeModel(model, { dataFile: 'weights.bin' });
  const weights = external.map(({ offset, source }) =>
    source.kind === 'memory' ? [offset, sha256(source.bytes)] : [offset, path.basename(source.path), source.offset, source.length],
  );
  return { skeleton: sha256(skeleton), weights };
}
