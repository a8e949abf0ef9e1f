import path from 'node:path';
import type { AutosplitError, ErrorCode } from '../util/error.js';
import { resolveBits, resolveDevice } from './device.js';
import { type Located, type LocatedMap, nearestAt, toPlain, valueAt } from './located.js';
import type { MergedConfig } from './merged.js';
import { si } from './preset-values.js';
import { problemAt } from './problem.js';
import type { InputEncoding, ResolvedConfig, ResolvedConstraints, ResolvedSamples, ResolvedValidation } from './resolved.js';
import { DEFAULT_PREPROCESS, isA, resolvePreprocess, resolveSamples } from './samples.js';

/** Samples that calibrate unless the config says otherwise. */
const CALIBRATION_SAMPLES = 64;

export interface ResolveContext {
  name: string;
  file: string;
  /** Whether `name` is a folder under `output`. */
  isVariant: boolean;
  /** Where named presets are; the package's own where undefined. */
  presets: string | undefined;
}

/** A validated config with presets, paths and samples looked up. Undefined where there are new `problems`. */
export async function resolveConfig(
  merged: LocatedMap,
  context: ResolveContext,
  problems: AutosplitError[],
): Promise<ResolvedConfig | undefined> {
  const config = toPlain(merged) as MergedConfig;
  const { name, file, presets } = context;
  const before = problems.length;
  const root = path.dirname(file);
  const section = (key: string) => valueAt(merged, [key]) as LocatedMap;
  const edgePreset = resolveDevice('edge', section('edge'), presets, problems);
  const networkPreset = resolveDevice('network', section('network'), presets, problems);
  const cloudPreset = resolveDevice('cloud', section('cloud'), presets, problems);
  const model = await existing(merged, ['model', 'path'], 'MODEL_NOT_FOUND', problems);
  const calibration = await resolveCalibration(config, section('calibration'), problems);
  const validation = config.validation && (await resolveValidation(config, merged, calibration, problems));
  const output = outputFolder(merged, root, context);
  const bits = edgePreset && resolveBits(section('edge'), edgePreset, problems);
  if (problems.length > before || !model || !calibration || !edgePreset || !bits || !networkPreset || !cloudPreset) return undefined;
  const resolved: ResolvedConfig = {
    name,
    file,
    root,
    model: { path: model, inputs: config.model.inputs ?? {} },
    calibration,
    ...(validation && { validation }),
    edge: { preset: edgePreset, memoryBytes: edgePreset.memory, target: config.edge.target ?? 'onnxruntime-node', bits },
    network: { preset: networkPreset },
    cloud: { preset: cloudPreset, target: config.cloud.target ?? 'node' },
    input: { encoding: (config.input?.encoding ?? 'auto') as InputEncoding },
    deliver: config.deliver ?? 'edge',
    constraints: resolveConstraints(config),
    errorModel: config.errorModel ?? 'relative',
    split: config.split ?? 'auto',
    output,
  };
  protectInputs(resolved, nearestAt(merged, ['output']), problems);
  return problems.length > before ? undefined : resolved;
}

/** A path as the file that states it means it; undefined, and a problem, where there is no file. */
async function existing(
  merged: LocatedMap,
  at: readonly string[],
  code: ErrorCode,
  problems: AutosplitError[],
): Promise<string | undefined> {
  const located = valueAt(merged, at);
  if (!located) return undefined;
  const file = absolute(located);
  if (await isA('file', file)) return file;
  problems.push(problemAt(located, `\`${at.join('.')}\`: there is no file ${toPlain(located)}`, { code, hint: `looked for ${file}` }));
  return undefined;
}

const absolute = (located: Located): string => path.resolve(located.source.folder, String(toPlain(located)));

const limitOf = (samples: number | 'all' | undefined, fallback: number): number => (samples === 'all' ? Infinity : (samples ?? fallback));

async function resolveCalibration(
  { calibration }: MergedConfig,
  section: LocatedMap,
  problems: AutosplitError[],
): Promise<ResolvedSamples | undefined> {
  refusePreprocess(section, 'calibration', problems);
  const preprocess = resolvePreprocess(section, calibration.preprocess ?? {}, 'calibration', problems);
  return resolveSamples(section, 'calibration', { preprocess, limit: limitOf(calibration.samples, CALIBRATION_SAMPLES) }, problems);
}

async function resolveValidation(
  { validation = {} }: MergedConfig,
  merged: LocatedMap,
  calibration: ResolvedSamples | undefined,
  problems: AutosplitError[],
): Promise<ResolvedValidation | undefined> {
  const section = valueAt(merged, ['validation']) as LocatedMap;
  refusePreprocess(section, 'validation', problems);
  const preprocess = validation.preprocess
    ? resolvePreprocess(section, validation.preprocess, 'validation', problems)
    : (calibration?.preprocess ?? DEFAULT_PREPROCESS);
  const samples = await resolveSamples(section, 'validation', { preprocess, limit: limitOf(validation.samples, Infinity) }, problems);
  const labels = await existing(merged, ['validation', 'labels'], 'SAMPLES_NOT_FOUND', problems);
  const named = validation.metric === undefined || validation.metric === 'top1' || validation.metric === 'top5';
  const module = named ? undefined : await existing(merged, ['validation', 'metric'], 'METRIC_INVALID', problems);
  if (!samples || !labels || (!named && !module)) return undefined;
  return { ...samples, labels, metric: module ? { module } : validation.metric === 'top5' ? 'top5' : 'top1' };
}

/** Tensors and sound go to the network as they are: a preprocessing of pictures would be passed over in silence. */
function refusePreprocess(section: LocatedMap, name: string, problems: AutosplitError[]): void {
  const preprocess = valueAt(section, ['preprocess']);
  if (preprocess && !section.entries.has('images')) {
    problems.push(problemAt(preprocess, `\`${name}.preprocess\` is for \`images\`; other samples are taken as they are`));
  }
}

function resolveConstraints({ constraints = {} }: MergedConfig): ResolvedConstraints {
  const { accuracyDrop, latency, error } = constraints;
  return {
    ...(accuracyDrop !== undefined && { accuracyDrop: si(accuracyDrop, 'ratio') }),
    ...(latency !== undefined && { latencySeconds: si(latency, 'seconds') }),
    ...(error !== undefined && { error }),
  };
}

function outputFolder(merged: LocatedMap, root: string, { name, isVariant }: ResolveContext): string {
  const written = valueAt(merged, ['output']);
  const folder = written ? absolute(written) : path.join(root, 'autosplit');
  return isVariant ? path.join(folder, name) : folder;
}

/** The output is replaced as a whole, so nothing that is read may lie in it. */
function protectInputs(config: ResolvedConfig, at: Located, problems: AutosplitError[]): void {
  const { file, model, calibration, validation, output } = config;
  const metric = validation && typeof validation.metric === 'object' ? [validation.metric.module] : [];
  const read = [file, model.path, ...calibration.files, ...(validation ? [validation.labels, ...metric, ...validation.files] : [])];
  const inside = read.find((input) => input.startsWith(output + path.sep));
  if (inside === undefined) return;
  problems.push(
    problemAt(at, `\`output\` is a folder that holds ${path.relative(output, inside)}, which the build reads`, {
      hint: 'choose a folder of its own: it is replaced as a whole',
    }),
  );
}
