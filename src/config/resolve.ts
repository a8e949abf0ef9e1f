import path from 'node:path';
import type { AutosplitError } from '../util/error.js';
import { resolveBits } from './bits.js';
import { resolveDevice, type Section } from './device.js';
import { withinEffort } from './effort.js';
import type { Effort } from './effort-level.js';
import { absolute, existing } from './existing.js';
import { type Located, type LocatedMap, nearestAt, toPlain, valueAt } from './located.js';
import { resolveMeasurements, resolvePercentile } from './measurements.js';
import type { MergedConfig } from './merged.js';
import { writtenKey } from './normalised.js';
import { refuseUnstated, resolveObjective } from './objective.js';
import { problemAt } from './problem.js';
import { limitOf, refusePreprocess } from './refuse-preprocess.js';
import type { InputEncoding, ResolvedConfig, ResolvedConstraints, ResolvedSamples } from './resolved.js';
import { resolvePreprocess, resolveSamples } from './samples.js';
import { si } from './si.js';
import { defaultTarget, resolveTarget } from './target.js';
import { resolveValidation } from './validation.js';

/** Default number of calibration samples. */
const CALIBRATION_SAMPLES = 64;

/** Default tolerance: within this share of the objective, the more accurate plan is chosen. */
const TOLERANCE = 0.01;

export interface ResolveContext {
  name: string;
  file: string;
  /** The config and the configs that it extends. */
  files: readonly string[];
  /** Whether the build has its own folder under `output`, named `name`. */
  isVariant: boolean;
  /** Folder of named presets; that of the package if undefined. */
  presets: string | undefined;
  /** The effort of a build by its output folder, if its config states none. */
  effortOf: ((output: string) => Promise<Effort | undefined>) | undefined;
}

/** Drops the path of the preset: a device does not depend on it. */
const withoutFile = <T extends { file?: string }>({ file, ...device }: T): Omit<T, 'file'> => device;

/** Resolves the presets, paths and samples of a validated config. Undefined if it adds to `problems`. */
export async function resolveConfig(
  merged: LocatedMap,
  context: ResolveContext,
  problems: AutosplitError[],
): Promise<ResolvedConfig | undefined> {
  const config = toPlain(merged) as MergedConfig;
  const { name, file, files, presets } = context;
  const before = problems.length;
  const root = path.dirname(file);
  const machines = await resolveMachines(merged, root, presets, problems);
  const model = await existing(merged, ['model', 'path'], 'MODEL_NOT_FOUND', problems);
  const calibration = await resolveCalibration(config, sectionOf(merged, 'calibration'), problems);
  const validation = config.validation && (await resolveValidation(config, merged, calibration, problems));
  const output = outputFolder(merged, root, context);
  const objective = resolveObjective(merged, config, problems);
  if (problems.length > before || !model || !calibration || !machines) return undefined;
  const { edge, link, cloud, presetFiles } = machines;
  const resolved: Omit<ResolvedConfig, 'skipped'> = {
    name,
    file,
    root,
    read: [...files, ...presetFiles],
    model: { path: model, inputs: config.model.inputs ?? {} },
    calibration,
    ...(validation && { validation }),
    edge,
    link,
    cloud,
    input: { encoding: (config.input?.encoding ?? 'auto') as InputEncoding },
    deliver: config.deliver ?? 'edge',
    objective,
    constraints: resolveConstraints(config),
    tolerance: config.tolerance === undefined ? TOLERANCE : si(config.tolerance, 'ratio'),
    errorModel: config.errorModel ?? 'output',
    effort: config.effort ?? (await context.effortOf?.(output)) ?? 'normal',
    quantization: {
      equalize: false,
      rounding: 'gptq',
      biasCorrection: true,
      activationRanges: ['mse', 'percentile', 'kl'],
      ...config.quantization,
    },
    split: config.split ?? 'auto',
    output,
  };
  protectInputs(resolved, nearestAt(merged, ['output']), problems);
  return problems.length > before ? undefined : withinEffort(resolved);
}

type Machines = Pick<ResolvedConfig, 'edge' | 'link' | 'cloud'> & { presetFiles: string[] };

/** The edge, the link and the cloud with their measurements and targets. Undefined if it adds to `problems`. */
async function resolveMachines(
  merged: LocatedMap,
  root: string,
  presets: string | undefined,
  problems: AutosplitError[],
): Promise<Machines | undefined> {
  const before = problems.length;
  const at = (key: string): Section => ({ section: sectionOf(merged, key), key: writtenKey(merged, key) });
  const edge = resolveDevice('edge', at('edge'), presets, problems);
  const link = resolveDevice('network', at('network'), presets, problems);
  const cloud = resolveDevice('cloud', at('cloud'), presets, problems);
  const bits = edge && resolveBits(sectionOf(merged, 'edge'), edge.preset, problems);
  const measured = await resolveMeasurements(merged, problems);
  const targetAt = (side: 'edge' | 'cloud', byDefault?: string) =>
    resolveTarget(side, valueAt(merged, [side, 'target']), root, problems, byDefault);
  const edgeTarget = await targetAt('edge', edge && defaultTarget(edge.preset));
  const cloudTarget = await targetAt('cloud');
  if (edge && link && cloud)
    refuseUnstated(merged, { edge: edge.preset, network: link.preset, cloud: cloud.preset }, problems);
  const percentile = link && resolvePercentile(at('network'), link.preset, problems);
  const isIncomplete = !edge || !bits || !link || !cloud || !percentile || !edgeTarget || !cloudTarget;
  if (problems.length > before || isIncomplete) return undefined;
  return {
    edge: {
      ...withoutFile(edge),
      ...(measured.edge && { latency: measured.edge }),
      memoryBytes: edge.preset.memory,
      ...edgeTarget,
      bits,
    },
    link: { ...withoutFile(link), percentile, ...(measured.trace && { trace: measured.trace }) },
    cloud: { ...withoutFile(cloud), ...(measured.cloud && { latency: measured.cloud }), ...cloudTarget },
    presetFiles: [edge, link, cloud].flatMap(({ file }) => file ?? []),
  };
}

/** A section of a complete config. */
const sectionOf = (merged: LocatedMap, key: string): LocatedMap => valueAt(merged, [key]) as LocatedMap;

async function resolveCalibration(
  { calibration }: MergedConfig,
  section: LocatedMap,
  problems: AutosplitError[],
): Promise<ResolvedSamples | undefined> {
  refusePreprocess(section, 'calibration', problems);
  const preprocess = resolvePreprocess(section, calibration.preprocess ?? {}, 'calibration', problems);
  return resolveSamples(
    section,
    'calibration',
    { preprocess, limit: limitOf(calibration.samples, CALIBRATION_SAMPLES) },
    problems,
  );
}

function resolveConstraints({ constraints = {} }: MergedConfig): ResolvedConstraints {
  const { accuracyDrop, latency, error, energy, cost, disk } = constraints;
  return {
    ...(accuracyDrop !== undefined && { accuracyDrop: si(accuracyDrop, 'ratio') }),
    ...(latency !== undefined && { latencySeconds: si(latency, 'seconds') }),
    ...(error !== undefined && { error }),
    ...(energy !== undefined && { energyJoules: si(energy, 'joules') }),
    ...(cost !== undefined && { costDollars: si(cost, 'dollars') }),
    ...(disk !== undefined && { diskBytes: si(disk, 'bytes') }),
  };
}

function outputFolder(merged: LocatedMap, root: string, { name, isVariant }: ResolveContext): string {
  const written = valueAt(merged, ['output']);
  const folder = written ? absolute(written) : path.join(root, 'autosplit');
  return isVariant ? path.join(folder, name) : folder;
}

/** Adds a problem if an input lies in the output folder, which a build replaces as a whole. */
function protectInputs(config: Omit<ResolvedConfig, 'skipped'>, at: Located, problems: AutosplitError[]): void {
  const { file, model, calibration, validation, output, edge, link, cloud } = config;
  const metric = validation && 'module' in validation.metric ? [validation.metric.module] : [];
  const tables = [edge.latency, link.trace, cloud.latency].flatMap((table) => table?.file ?? []);
  const targets = [edge.targetModule, cloud.targetModule].flatMap((module) => module?.files ?? []);
  const labelled = validation
    ? [
        ...(validation.labels === undefined ? [] : [validation.labels]),
        ...validation.labelFiles,
        ...metric,
        ...validation.files,
      ]
    : [];
  const read = [file, model.path, ...tables, ...targets, ...calibration.files, ...labelled];
  const inside = read.find((input) => input.startsWith(output + path.sep));
  if (inside === undefined) return;
  problems.push(
    problemAt(at, `\`output\` is a folder that holds ${path.relative(output, inside)}, which the build reads`, {
      hint: 'choose a folder of its own: it is replaced as a whole',
    }),
  );
}
