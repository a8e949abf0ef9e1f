import type { ResolvedConfig, ResolvedValidation } from '../config/resolved.js';
import { openModel } from '../inference/session.js';
import { METRICS, type MetricName } from '../metrics/index.js';
import type { ComparedMetric } from '../metrics/metric.js';
import { moduleMetric } from '../metrics/user.js';
import type { Model } from '../onnx/graph.js';
import { classEvidence, comparisonName } from '../outputs/compare.js';
import { describeOutputs, rowOfScores } from '../outputs/describe.js';
import { findHead } from '../outputs/detections/find.js';
import { detect, HEADS, type Head } from '../outputs/detections/head.js';
import { inputSize } from '../outputs/detections/model-facts.js';
import type { Outputs } from '../outputs/elements.js';
import type { OutputFact } from '../outputs/fact.js';
import { scoreTensors } from '../outputs/origin.js';
import { readLabels } from '../samples/labels.js';
import { openSamples, type SampleSet } from '../samples/open.js';
import { AutosplitError } from '../util/error.js';
import { relativePath } from '../util/files.js';
import { spreadIndices } from '../util/spread.js';
import type { Scorer } from './index.js';
import { sampleNotes } from './notes.js';

/** Number of samples without labels. Single decisions need more: they are only right or wrong. */
const UNLABELLED_SAMPLES = { decision: 128, other: 32 };
/** Number of samples that show what the outputs are. */
const DESCRIBED_SAMPLES = 16;
/** Number of detections in these samples that make a model a detector. */
const MIN_DETECTIONS = 4;

export interface ScorerSources {
  config: ResolvedConfig;
  model: Model;
  calibration: SampleSet;
  /** A folder for temporary files. */
  workDir: string;
  threads?: number | undefined;
  /** Returns the cached description of the outputs for the same model and samples, else that of `compute`. */
  remember?<T>(compute: () => Promise<T>): Promise<T>;
}

/** Description of the outputs of the float model, from a few samples. Plain data. */
interface Described {
  outputs: OutputFact[];
  /** Detector heads that fit the outputs, the most likely first. */
  heads: Head[];
  /** True if the most likely head finds boxes. */
  detects: boolean;
}

/**
 * Opens the metric of the config on the labelled samples. Without labels, the calibration samples are compared with the
 * float model: by `detections` for a detector, by `agreement` if all outputs are decisions, else by `fidelity`.
 */
export async function openScorer(sources: ScorerSources): Promise<Scorer> {
  const { config, calibration, remember = (compute) => compute() } = sources;
  let known: Promise<Described> | undefined;
  const described = () => {
    known ??= remember(() => describeModel(sources));
    return known;
  };
  const notes = await sampleNotes(config, calibration);
  const { validation } = config;
  return validation?.labels === undefined
    ? withoutLabels(sources, await described(), notes)
    : withLabels(sources, { ...validation, labels: validation.labels }, described, notes);
}

async function withLabels(
  { config, model: { graph } }: ScorerSources,
  validation: ResolvedValidation & { labels: string },
  described: () => Promise<Described>,
  notes: readonly string[],
): Promise<Scorer> {
  const { metric, labels: csv, kind, files, limit, preprocess } = validation;
  const isModule = 'module' in metric;
  const definition = isModule ? moduleMetric(metric.module) : METRICS[metric.name];
  if (definition.compares !== 'labels')
    throw new AutosplitError(
      'METRIC_INVALID',
      `\`${isModule ? metric.module : metric.name}\` compares with the float network and takes no labels`,
      {
        hint: 'leave `validation.labels` out, or name a metric of labels such as top1 or map',
      },
    );
  const samples = await openSamples(validation, graph.inputs);
  const { names, available, count } = samples;
  const opened = await definition.open({
    options: isModule ? { name: metric.module } : metric,
    csv,
    labels: definition.labels === 'boxes' ? [] : await readLabels(csv, names, available),
    names,
    graph,
    facts: async () => (await described()).outputs,
    heads: async () => (await described()).heads,
    ...(kind === 'images' && {
      pictures: { files: spreadIndices(files.length, limit).map((i) => files[i]), preprocess },
    }),
  });
  const row = definition.isOfRow ? rowOfScores(graph) : undefined;
  const outputs = row ? [row] : (await described()).outputs;
  return {
    metric: isModule ? relativePath(config.root, metric.module) : metric.name,
    isOfAnswers: definition.isOfAnswers,
    defaultDrop: definition.defaultDrop,
    samples,
    indices: spreadIndices(count, count),
    score: (made, _reference, sample) => opened.score(made, sample),
    ...(opened.dataset && { dataset: opened.dataset }),
    outputs,
    evidence: (made, reference) => classEvidence(outputs, made, reference),
    notes: [...notes, ...opened.notes],
  };
}

async function withoutLabels(
  { config, model: { graph }, calibration }: ScorerSources,
  { outputs, heads, detects }: Described,
  notes: readonly string[],
): Promise<Scorer> {
  const { validation } = config;
  const wanted = validation && !('module' in validation.metric) ? validation.metric : undefined;
  const guess = !wanted && detects ? 'detections' : comparisonName(outputs);
  const options = wanted && METRICS[wanted.name].compares === 'float' ? wanted : ({ name: guess } as const);
  const metric: MetricName = options.name;
  const definition = METRICS[metric] as ComparedMetric;
  const samples = validation ? await openSamples(validation, graph.inputs) : calibration;
  const isDecision = metric === 'detections' || (outputs.length === 1 && outputs[0].kind === 'classes');
  const most = validation ? Number.POSITIVE_INFINITY : UNLABELLED_SAMPLES[isDecision ? 'decision' : 'other'];
  const opened = await definition.open({ options, graph, facts: async () => outputs, heads: async () => heads });
  return {
    metric,
    isOfAnswers: definition.isOfAnswers,
    defaultDrop: definition.defaultDrop,
    samples,
    indices: spreadIndices(samples.count, most),
    score: (made, reference) => opened.score(made, reference),
    outputs,
    evidence: (made, reference) => classEvidence(outputs, made, reference),
    notes: [...notes, ...opened.notes],
  };
}

/** Describes the outputs of the float model from a few samples. */
async function describeModel({ model, calibration, workDir, threads }: ScorerSources): Promise<Described> {
  const { graph } = model;
  const options = { quantizers: 'asWritten' as const, ...(threads !== undefined && { threads }) };
  const session = await openModel(model, workDir, 'outputs', { ...options, outputs: scoreTensors(graph) });
  try {
    const runs: Outputs[] = [];
    for (const index of spreadIndices(calibration.count, DESCRIBED_SAMPLES))
      runs.push(await session.run(await calibration.load(index)));
    const outputs = describeOutputs(graph, runs);
    const own = runs.map((run) => Object.fromEntries(graph.outputs.map(({ name }) => [name, run[name]])));
    const heads = HEADS.flatMap((head) => findHead(own, head) ?? []);
    const guess = findHead(own);
    const ordered = guess ? [guess, ...heads.filter(({ head }) => head !== guess.head)] : heads;
    const options = { confidence: 0.25, suppression: 0.65, most: 300, size: inputSize(graph) };
    const count = guess ? own.reduce((sum, run) => sum + detect(guess, run, options).length, 0) : 0;
    return { outputs, heads: ordered, detects: count >= MIN_DETECTIONS };
  } finally {
    await session.close();
  }
}
