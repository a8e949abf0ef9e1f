import type { ResolvedConfig, ResolvedValidation } from '../config/resolved.js';
import { openModel } from '../inference/session.js';
import { headInWords, headOf, mapMetric, sameDetections } from '../metrics/detection.js';
import { readBoxes } from '../metrics/ground-truth.js';
import type { OpenMetric } from '../metrics/metric.js';
import { LABELLED } from '../metrics/open.js';
import { loadMetric, type MetricTensor } from '../metrics/user.js';
import type { Graph, Model } from '../onnx/graph.js';
import { classEvidence, comparisonName, outputScore } from '../outputs/compare.js';
import { describeOutputs, rowOfScores } from '../outputs/describe.js';
import { findHead } from '../outputs/detections/find.js';
import { detect, HEADS, type Head } from '../outputs/detections/head.js';
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

/** Samples that decide where there are no labels: a single decision is right or wrong, all else says more. */
const UNLABELLED_SAMPLES = { decision: 128, other: 32 };
/** Samples on which the float model shows what its outputs are. */
const DESCRIBED_SAMPLES = 16;
/** Detections in these that make a model a detector. */
const MIN_DETECTIONS = 4;

export interface ScorerSources {
  config: ResolvedConfig;
  model: Model;
  calibration: SampleSet;
  /** A folder for temporary files. */
  workDir: string;
  threads?: number | undefined;
  /** Gives what was found of the outputs of the same model for the same samples before, or what `compute` gives. */
  remember?<T>(compute: () => Promise<T>): Promise<T>;
}

/** What the float model's outputs are, as a few samples show it. Plain data. */
interface Described {
  outputs: OutputFact[];
  /** Heads of detectors that fit, the likeliest first. */
  heads: Head[];
  /** True where the likeliest really finds something. */
  detects: boolean;
}

/**
 * The metric of the config on the labelled samples. Without labels it is what the float model gives for the calibration
 * samples: `detections` where it is a detector, `agreement` with its decisions where all outputs are decisions, else
 * `fidelity` to what they hold.
 */
export async function openScorer(sources: ScorerSources): Promise<Scorer> {
  const { config, model, calibration, remember = (compute) => compute() } = sources;
  const { validation } = config;
  const described = () => remember(() => describeModel(sources));
  const notes = await sampleNotes(config, calibration);
  if (validation?.labels === undefined) return unlabelled(sources, await described(), notes);
  const { graph } = model;
  const samples = await openSamples(validation, graph.inputs);
  const { metric } = validation;
  const known = 'module' in metric || metric.name === 'top1' || metric.name === 'top5';
  const opened = known
    ? await ofLabel(validation, samples)
    : await named(validation, validation.labels, samples, graph, await described());
  const scores = !('module' in metric) && known ? rowOfScores(graph) : undefined;
  const outputs = scores ? [scores] : (await described()).outputs;
  return {
    metric: 'module' in metric ? relativePath(config.root, metric.module) : metric.name,
    samples,
    indices: Array.from({ length: samples.count }, (_, i) => i),
    score: (made, _reference, sample) => opened.score(made, sample),
    ...(opened.dataset && { dataset: opened.dataset }),
    outputs,
    evidence: (made, reference) => classEvidence(outputs, made, reference),
    notes: [...notes, ...opened.notes],
  };
}

/** Metrics that are a function of the outputs and the label. */
async function ofLabel(validation: ResolvedValidation, samples: SampleSet): Promise<OpenMetric> {
  const labels = await readLabels(validation.labels ?? '', samples.names, samples.available);
  const { metric } = validation;
  const score = await loadMetric('module' in metric ? metric : metric.name === 'top5' ? 'top5' : 'top1');
  return { score: (outputs, sample) => score(tensorsOf(outputs), labels[sample]), notes: [] };
}

async function named(
  validation: ResolvedValidation,
  labels: string,
  samples: SampleSet,
  graph: Graph,
  { outputs, heads }: Described,
): Promise<OpenMetric> {
  const { metric, files, preprocess } = validation;
  if ('module' in metric) throw new TypeError('a module is no named metric');
  if (metric.name === 'map' || metric.name === 'map50') {
    if (validation.kind !== 'images')
      throw new AutosplitError('METRIC_INVALID', `\`${metric.name}\` needs pictures: \`validation.images\``, {
        hint: 'boxes are placed in the picture as the network gets it',
      });
    const head = headOf(metric.head ? heads.find((each) => each.head === metric.head) : heads[0], metric);
    const shown = spreadIndices(files.length, validation.limit).map((i) => files[i]);
    const { boxes } = await readBoxes({ labels, files: shown, preprocess, modelClasses: classesOf(head, graph) });
    const opened = mapMetric(metric, head, inputSize(graph), boxes);
    return metric.head ? opened : { ...opened, notes: [headInWords(head)] };
  }
  const opener = LABELLED[metric.name];
  if (!opener)
    throw new AutosplitError(
      'METRIC_INVALID',
      `\`${metric.name}\` compares with the float network and takes no labels`,
      {
        hint: 'leave `validation.labels` out, or name a metric of labels such as top1 or map',
      },
    );
  const texts = await readLabels(labels, samples.names, samples.available);
  return opener({ options: metric, csv: labels, labels: texts, names: samples.names, facts: outputs });
}

async function unlabelled(
  { config, model, calibration }: ScorerSources,
  found: Described,
  notes: readonly string[],
): Promise<Scorer> {
  const { validation } = config;
  const { outputs, heads, detects } = found;
  const wanted = validation && !('module' in validation.metric) ? validation.metric : undefined;
  const samples = validation ? await openSamples(validation, model.graph.inputs) : calibration;
  const isDetector = wanted ? wanted.name === 'detections' : detects;
  const isDecision = !isDetector && outputs.length === 1 && outputs[0].kind === 'classes';
  const most = validation
    ? Number.POSITIVE_INFINITY
    : UNLABELLED_SAMPLES[isDecision || isDetector ? 'decision' : 'other'];
  const scorer = {
    metric: comparisonName(outputs) as string,
    samples,
    indices: spreadIndices(samples.count, most),
    score: (made: Outputs, reference: Outputs) => outputScore(outputs, made, reference),
    outputs,
    evidence: (made: Outputs, reference: Outputs) => classEvidence(outputs, made, reference),
    notes,
  };
  if (!isDetector)
    return wanted?.name === 'fidelity' || wanted?.name === 'agreement' ? { ...scorer, metric: wanted.name } : scorer;
  const options = wanted ?? { name: 'detections' as const };
  const head = headOf(options.head ? heads.find((each) => each.head === options.head) : heads[0], options);
  const score = sameDetections(options, head, inputSize(model.graph));
  return { ...scorer, metric: 'detections', score, notes: options.head ? notes : [...notes, headInWords(head)] };
}

/** Runs the float model on a few samples and looks at what it gives. */
async function describeModel({ model, calibration, workDir, threads }: ScorerSources): Promise<Described> {
  const { graph } = model;
  const options = { quantizers: 'asWritten' as const, ...(threads !== undefined && { threads }) };
  const network = await openModel(model, workDir, 'outputs', { ...options, outputs: scoreTensors(graph) });
  try {
    const runs: Outputs[] = [];
    for (const index of spreadIndices(calibration.count, DESCRIBED_SAMPLES))
      runs.push(await network.run(await calibration.load(index)));
    const outputs = describeOutputs(graph, runs);
    const own = runs.map((run) => Object.fromEntries(graph.outputs.map(({ name }) => [name, run[name]])));
    const heads = HEADS.flatMap((head) => findHead(own, head) ?? []);
    const guess = findHead(own);
    const ordered = guess ? [guess, ...heads.filter(({ head }) => head !== guess.head)] : heads;
    const options = { confidence: 0.25, suppression: 0.65, most: 300, size: inputSize(graph) };
    const count = guess ? own.reduce((sum, run) => sum + detect(guess, run, options).length, 0) : 0;
    return { outputs, heads: ordered, detects: count >= MIN_DETECTIONS };
  } finally {
    await network.close();
  }
}

/** Width and height of the picture that the model takes. */
function inputSize({ inputs: [input] }: Graph): [number, number] {
  const dims = (input?.shape ?? []).map(Number);
  const [a = 1, b = 1, c = 1] = dims.slice(-3);
  return c <= 4 && a > 4 ? [b, a] : [c, b];
}

function classesOf({ head, boxes, scores, background }: Head, { outputs }: Graph): number {
  const dims = (outputs.find(({ name }) => name === (scores ?? boxes))?.shape ?? []).map(Number);
  const last = dims[dims.length - 1] ?? 0;
  if (head === 'yolov8') return (dims[dims.length - 2] ?? 4) - 4;
  return head === 'yolov5' ? last - 5 : head === 'ssd' ? last - (background ? 1 : 0) : 0;
}

const tensorsOf = (outputs: Outputs) =>
  Object.fromEntries(
    Object.entries(outputs).map(([name, { data, shape, dtype }]) => [
      name,
      { data: data as unknown as MetricTensor['data'], dims: shape, dtype },
    ]),
  );
