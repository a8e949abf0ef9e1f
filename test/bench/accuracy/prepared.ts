import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { calibrateModel } from '../../../src/calibrate/index.js';
import type { Profile } from '../../../src/calibrate/profile.js';
import { loadConfig } from '../../../src/config/load.js';
import type { ResolvedConfig } from '../../../src/config/resolved.js';
import { openScorer } from '../../../src/evaluate/scorer.js';
import { planningProblem } from '../../../src/formulate/index.js';
import { type LoadedModel, loadModel } from '../../../src/frontend/index.js';
import { type Inference, openModel, type TensorValue } from '../../../src/inference/session.js';
import { openSamples, type SampleSet } from '../../../src/samples/open.js';
import node from '../../../src/targets/node/index.js';
import simulated from '../../../src/targets/simulated/index.js';
import { NETWORKS, type SharedNetwork, writeProject } from '../../networks/networks.js';

/** Samples that the calibration uses at most, the same for every quantizer. */
const CALIBRATION = 100;

/** Networks with true float weights; images are calibrated on `calib` and measured on `val`. */
export const ACCURACY_NETWORKS: Record<string, SharedNetwork> = Object.fromEntries(
  (
    [
      ['squeezenet1.1', NETWORKS['squeezenet1.1']],
      ['mobilenetv2', NETWORKS.mobilenetv2],
      ['resnet20', NETWORKS.resnet20],
      ['resnet56', { ...NETWORKS.resnet20, model: 'resnet56_cifar10_fp32' }],
      ['lprnet', withMetric(NETWORKS.lprnet, path.resolve('test/networks/lprnet-metric.mjs'))],
      ['dscnn', NETWORKS.dscnn],
    ] as const
  ).map(([name, network]) => [
    name,
    { ...network, calibration: { ...network.calibration, samples: Number(process.env.CAL ?? CALIBRATION) } },
  ]),
);

/** This file may run from a bundle in another folder. */
function withMetric(network: SharedNetwork, metric: string): SharedNetwork {
  return { ...network, validation: { ...network.validation, metric } };
}

/** A network profiled over its calibration samples, with the samples that it is measured on in memory. */
export interface Prepared {
  name: string;
  modelFile: string;
  config: ResolvedConfig;
  network: LoadedModel;
  calibration: SampleSet;
  profile: Profile;
  problem: ReturnType<typeof planningProblem>;
  workDir: string;
  /** Scores of the float network, one per sample. */
  float: number[];
  floatOutputs: Record<string, TensorValue>[];
  metric: string;
  /** Scores of anything that gives the network's outputs. */
  score(
    run: (feeds: Record<string, TensorValue>, position: number) => Promise<Record<string, TensorValue>>,
  ): Promise<number[]>;
  close(): Promise<void>;
}

/** Reads, profiles and pins a network to the edge. */
export async function prepare(
  name: string,
  changes: Record<string, unknown> = {},
  samples = Infinity,
): Promise<Prepared> {
  const project = await writeProject(ACCURACY_NETWORKS[name], {
    edge: { preset: 'raspberry-pi-4', bits: { weights: [2, 3, 4, 5, 6, 8] } },
    split: 'edge-only',
    ...changes,
  });
  const workDir = await mkdtemp(path.join(tmpdir(), 'autosplit-accuracy-'));
  const [config] = await loadConfig({ cwd: project });
  const network = await loadModel(config, workDir, () => {});
  const calibration = await inMemory(await openSamples(config.calibration, network.model.graph.inputs));
  const judge = await openScorer({ config, ...network, calibration, workDir });
  const bits = { weights: [2, 3, 4, 5, 6, 8], activations: [8], wire: [8] };
  const profile = await calibrateModel({
    ...network,
    target: simulated,
    samples: calibration,
    bits,
    inputEncoding: config.input.encoding,
    candidates: new Set(network.model.graph.outputs.map((output) => output.name)),
    ranges: config.quantization.activationRanges,
    sensitivity: judge.outputs,
    workDir,
  });
  const problem = planningProblem({
    config,
    targets: { edge: simulated, cloud: node },
    bits,
    graph: network.model.graph,
    ...network,
    profile,
  });
  // Where one file holds all samples, those of the calibration are not measured.
  const known =
    config.validation?.pattern === config.calibration.pattern ? new Set(calibration.names) : new Set<string>();
  const indices = judge.indices.filter((index) => !known.has(judge.samples.names[index])).slice(0, samples);
  const feeds: Record<string, TensorValue>[] = [];
  for (const index of indices) feeds.push(await judge.samples.load(index));
  const score: Prepared['score'] = async (run) => {
    const scores: number[] = [];
    for (const [i, index] of indices.entries()) {
      const outputs = await run(feeds[i], i);
      scores.push(await judge.score(outputs, outputs, index));
    }
    return scores;
  };
  const float: Inference = await openModel(network.model, workDir, 'float');
  const floatOutputs: Record<string, TensorValue>[] = [];
  const floatScores = await score(async (inputs) => {
    const outputs = await float.run(inputs);
    floatOutputs.push(outputs);
    return outputs;
  }).finally(() => float.close());
  return {
    name,
    modelFile: config.model.path,
    config,
    network,
    calibration,
    profile,
    problem,
    workDir,
    float: floatScores,
    floatOutputs,
    metric: judge.metric,
    score,
    async close() {
      await rm(workDir, { recursive: true, force: true });
      await rm(project, { recursive: true, force: true });
    },
  };
}

async function inMemory(samples: SampleSet): Promise<SampleSet> {
  const loaded = await Promise.all(samples.names.map((_, index) => samples.load(index)));
  return { ...samples, load: async (index) => loaded[index] };
}
