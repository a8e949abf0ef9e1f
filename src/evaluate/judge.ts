import type { ResolvedConfig } from '../config/resolved.js';
import { openModel } from '../inference/session.js';
import type { Model } from '../onnx/graph.js';
import { classEvidence, comparisonName, outputScore } from '../outputs/compare.js';
import { describeOutputs, rowOfScores } from '../outputs/describe.js';
import type { Outputs } from '../outputs/elements.js';
import type { OutputFact } from '../outputs/fact.js';
import { scoreTensors } from '../outputs/origin.js';
import { readLabels } from '../samples/labels.js';
import { loadMetric, type MetricTensor } from '../samples/metrics.js';
import { spreadIndices } from '../samples/names.js';
import { openSamples, type SampleSet } from '../samples/open.js';
import { relativePath } from '../util/files.js';
import type { Judge } from './index.js';

/** Samples that decide where there are no labels: a single decision is right or wrong, all else says more. */
const UNLABELLED_SAMPLES = { decision: 128, other: 32 };
/** Samples on which the float network shows what its outputs are. */
const DESCRIBED_SAMPLES = 16;

export interface JudgeSources {
  config: ResolvedConfig;
  model: Model;
  calibration: SampleSet;
  /** A folder for temporary files. */
  workDir: string;
  threads?: number | undefined;
  /** Gives how outputs are compared from the same network and samples before, or what `compute` gives. */
  remember?<T>(compute: () => Promise<T>): Promise<T>;
}

/**
 * The user's metric on the labelled samples. Without labels it is what the float network gives for the calibration samples: `agreement`
 * with its decisions where outputs are decisions, else `fidelity` to what they hold.
 */
export async function openJudge(sources: JudgeSources): Promise<Judge> {
  const { config, model, calibration, remember = (compute) => compute() } = sources;
  const { validation } = config;
  const described = () => remember(() => outputFacts(sources));
  if (!validation) return unlabelled(await described(), calibration);
  const samples = await openSamples(validation, model.graph.inputs);
  const labels = await readLabels(validation.labels, samples.names, samples.available);
  const metric = await loadMetric(validation.metric);
  const scores = typeof validation.metric === 'string' ? rowOfScores(model.graph) : undefined;
  const outputs = scores ? [scores] : await described();
  return {
    metric: typeof validation.metric === 'string' ? validation.metric : relativePath(config.root, validation.metric.module),
    samples,
    indices: Array.from({ length: samples.count }, (_, i) => i),
    score: (made, _reference, sample) => metric(named(made), labels[sample]),
    outputs,
    evidence: (made, reference) => classEvidence(outputs, made, reference),
    notes: [],
  };
}

function unlabelled(outputs: readonly OutputFact[], samples: SampleSet): Judge {
  const isDecision = outputs.length === 1 && outputs[0].kind === 'classes';
  return {
    metric: comparisonName(outputs),
    samples,
    indices: spreadIndices(samples.count, UNLABELLED_SAMPLES[isDecision ? 'decision' : 'other']),
    score: (made, reference) => outputScore(outputs, made, reference),
    outputs,
    evidence: (made, reference) => classEvidence(outputs, made, reference),
    notes: [],
  };
}

/** Runs the float network on a few samples and looks at what it gives. */
async function outputFacts({ model, calibration, workDir, threads }: JudgeSources): Promise<OutputFact[]> {
  const { graph } = model;
  const network = await openModel(model, workDir, 'outputs', { outputs: scoreTensors(graph), ...(threads !== undefined && { threads }) });
  try {
    const runs: Outputs[] = [];
    for (const index of spreadIndices(calibration.count, DESCRIBED_SAMPLES)) runs.push(await network.run(await calibration.load(index)));
    return describeOutputs(graph, runs);
  } finally {
    await network.close();
  }
}

const named = (outputs: Outputs) =>
  Object.fromEntries(
    Object.entries(outputs).map(([name, { data, shape, dtype }]) => [
      name,
      { data: data as unknown as MetricTensor['data'], dims: shape, dtype },
    ]),
  );
