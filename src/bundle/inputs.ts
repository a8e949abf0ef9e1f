import type { ResolvedConfig, ResolvedSamples } from '../config/resolved.js';
import { relativePath, sha256File } from '../util/files.js';

/** What a bundle was made from, as its manifest records it. */
export interface InputDigests {
  config: Record<string, unknown>;
  presets: Record<string, unknown>;
  model: Record<string, string>;
  calibration: Record<string, string>;
  validation?: Record<string, string>;
}

/** Digests of everything a build reads. `modelFiles` are the model and its external data. */
export async function inputDigests(config: ResolvedConfig, modelFiles: readonly string[]): Promise<InputDigests> {
  const { validation } = config;
  const metric = validation && typeof validation.metric === 'object' ? [validation.metric.module] : [];
  const [model, calibration, labelled] = await Promise.all([
    digests(config.root, modelFiles),
    digests(config.root, config.calibration.files),
    validation && digests(config.root, [...validation.files, validation.labels, ...metric]),
  ]);
  return { config: describe(config), presets: presetsOf(config), model, calibration, ...(labelled && { validation: labelled }) };
}

async function digests(root: string, files: readonly string[]): Promise<Record<string, string>> {
  const sums: Record<string, string> = {};
  for (const file of files) {
    const sum = await sha256File(file).catch((error: unknown) => {
      // What is gone has no digest, and shows as a change.
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (sum !== undefined) sums[relativePath(root, file)] = sum;
  }
  return sums;
}

/** The resolved config without what is recorded elsewhere (presets, sample files) or must not matter (where it lies). */
function describe(config: ResolvedConfig): Record<string, unknown> {
  const { name, root, model, calibration, validation, edge, cloud, input, deliver, constraints, errorModel, split } = config;
  const samples = ({ kind, pattern, preprocess, limit }: ResolvedSamples) => ({
    kind,
    pattern,
    preprocess,
    limit: Number.isFinite(limit) ? limit : 'all',
  });
  return plain({
    name,
    model: { path: relativePath(root, model.path), inputs: model.inputs },
    calibration: samples(calibration),
    validation: validation && {
      ...samples(validation),
      labels: relativePath(root, validation.labels),
      metric: typeof validation.metric === 'object' ? relativePath(root, validation.metric.module) : validation.metric,
    },
    edge: { memoryBytes: edge.memoryBytes, target: edge.target, bits: edge.bits },
    cloud: { target: cloud.target },
    input,
    deliver,
    constraints,
    errorModel,
    split,
  });
}

const presetsOf = ({ edge, network, cloud }: ResolvedConfig) => plain({ edge: edge.preset, network: network.preset, cloud: cloud.preset });

/** As it will be after a round trip through the manifest. */
const plain = (value: unknown): Record<string, unknown> => JSON.parse(JSON.stringify(value));
