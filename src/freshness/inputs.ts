import path from 'node:path';
import type { InputDigests } from '../bundle/manifest.js';
import type { PresetCommon } from '../config/preset.js';
import { PRESET_PROSE } from '../config/preset-digest.js';
import type { ResolvedConfig, ResolvedSamples, ResolvedValidation } from '../config/resolved.js';
import { metricModule } from '../samples/metric-module.js';
import { canonicalJson, relativePath, sha256, sha256File } from '../util/files.js';

/**
 * Digests of everything a build reads.
 * @param modelFiles the model and its external data
 * @param imports what the metric imports ({@link metricImports})
 */
export async function inputDigests(
  config: ResolvedConfig,
  modelFiles: readonly string[],
  imports: readonly string[],
): Promise<InputDigests> {
  const { root } = config;
  const files = sampleFiles(config);
  const [model, calibration, labelled, imported, measurements, edge, cloud] = await Promise.all([
    digests(root, modelFiles),
    digests(root, files.calibration),
    files.validation && digests(root, files.validation),
    digests(root, imports),
    digests(root, files.measurements),
    targetOrigin(config.edge),
    targetOrigin(config.cloud),
  ]);
  return {
    config: describe(config),
    presets: presetsOf(config),
    presetVersions: versionsOf(config),
    model,
    calibration,
    ...(labelled && { validation: labelled }),
    ...(imports.length > 0 && { metricImports: imported }),
    ...(files.measurements.length > 0 && { measurements }),
    ...((edge || cloud) && { targets: { ...(edge && { edge }), ...(cloud && { cloud }) } }),
  };
}

/** The label file and the files that it names. A folder of labels is not a file. */
export const labelFiles = ({ labels, labelFiles: named }: ResolvedValidation): string[] =>
  labels === undefined || named.some((file) => path.dirname(file) === labels) ? named : [labels, ...named];

/** The metric as written in the config: a path, a name, or a name with options. */
function metricName(root: string, metric: ResolvedValidation['metric']): unknown {
  if ('module' in metric) return relativePath(root, metric.module);
  return Object.keys(metric).length === 1 ? metric.name : metric;
}

/**
 * Absolute paths of the modules that the user's metric imports, as far as they can be followed; empty for built-in
 * metrics.
 */
export async function metricImports({ validation }: ResolvedConfig): Promise<string[]> {
  if (!validation || !('module' in validation.metric)) return [];
  return (await metricModule(validation.metric.module))?.imports ?? [];
}

/**
 * Absolute paths of the files that a build reads, without config, presets, external data of the model and imports of
 * the metric.
 */
export function inputFiles(config: ResolvedConfig): string[] {
  const { calibration, validation = [], measurements } = sampleFiles(config);
  return [config.model.path, ...calibration, ...validation, ...measurements, ...targetFiles(config)];
}

function sampleFiles({ calibration, validation, edge, link, cloud }: ResolvedConfig) {
  const metric = validation && 'module' in validation.metric ? [validation.metric.module] : [];
  return {
    calibration: calibration.files,
    validation: validation && [...validation.files, ...labelFiles(validation), ...metric],
    measurements: [edge.latency, link.trace, cloud.latency].flatMap((table) => table?.file ?? []),
  };
}

const targetFiles = ({ edge, cloud }: ResolvedConfig) =>
  [edge, cloud].flatMap(({ targetModule }) => targetModule?.files ?? []);

async function targetOrigin({ target, targetModule }: Pick<ResolvedConfig['edge'], 'target' | 'targetModule'>) {
  if (!targetModule) return undefined;
  const { name = target, version, folder, files } = targetModule;
  const sums = await digests(folder, files);
  return {
    name,
    ...(version !== undefined && { version }),
    sha256: sha256(new TextEncoder().encode(canonicalJson(sums))),
  };
}

async function digests(root: string, files: readonly string[]): Promise<Record<string, string>> {
  const sums: Record<string, string> = {};
  for (const file of files) {
    const sum = await sha256File(file).catch((error: unknown) => {
      // A missing file has no digest, which shows as a change.
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (sum !== undefined) sums[relativePath(root, file)] = sum;
  }
  return sums;
}

/**
 * The resolved config without parts that are recorded elsewhere (presets, sample files) or must not matter (its
 * location).
 */
function describe(config: ResolvedConfig): Record<string, unknown> {
  const { name, root, model, calibration, validation, edge, link, cloud, input, deliver, objective, constraints } =
    config;
  const { errorModel, effort, quantization, split } = config;
  const tableOf = (table: { file: string } | undefined) => table && relativePath(root, table.file);
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
      ...(validation.labels !== undefined && { labels: relativePath(root, validation.labels) }),
      metric: metricName(root, validation.metric),
    },
    edge: { memoryBytes: edge.memoryBytes, target: edge.target, bits: edge.bits, latency: tableOf(edge.latency) },
    network: { percentile: link.percentile, trace: tableOf(link.trace) },
    cloud: { target: cloud.target, latency: tableOf(cloud.latency) },
    input,
    deliver,
    objective,
    constraints,
    errorModel,
    effort,
    quantization,
    split,
  });
}

/** The numbers of the presets only: other parts do not change plans. A table of measurements is given by its digest. */
function presetsOf({ edge, link, cloud }: ResolvedConfig): Record<string, unknown> {
  const digestOf = (table: unknown) => sha256(new TextEncoder().encode(canonicalJson(table)));
  const numbers = (preset: PresetCommon) =>
    Object.fromEntries(
      Object.entries(preset)
        .filter(([key]) => !PRESET_PROSE.includes(key))
        .map(([key, value]) => [key, key === 'table' ? digestOf(value) : value]),
    );
  return plain({ edge: numbers(edge.preset), network: numbers(link.preset), cloud: numbers(cloud.preset) });
}

const versionsOf = ({ edge, link, cloud }: ResolvedConfig): InputDigests['presetVersions'] => ({
  ...(edge.origin && { edge: edge.origin }),
  ...(link.origin && { network: link.origin }),
  ...(cloud.origin && { cloud: cloud.origin }),
});

/** The value after a round trip through JSON. */
const plain = (value: unknown): Record<string, unknown> => JSON.parse(JSON.stringify(value));
