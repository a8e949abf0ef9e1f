import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import { glob } from 'tinyglobby';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { syntheticSamples } from '../../src/benchmark/synthetic.js';
import { calibrateModel } from '../../src/calibrate/index.js';
import { loadModel } from '../../src/frontend/index.js';
import { openModel, sessionOptions } from '../../src/inference/session.js';
import type { Fact } from '../../src/onnx/graph.js';
import { readModel } from '../../src/onnx/read.js';
import { quantizeSplit } from '../../src/quantize/index.js';
import { openSamples, type SampleSet } from '../../src/samples/open.js';
import onnxruntimeNode from '../../src/targets/onnxruntime-node/index.js';
import { shared, smallNetwork } from '../shared.js';

const imagenet = {
  resize: 256,
  fit: 'cover',
  crop: [224, 224],
  channels: 'rgb',
  mean: [123.675, 116.28, 103.53],
  std: [58.395, 57.12, 57.375],
  layout: 'nchw',
} as const;
const cifar = { fit: 'cover', channels: 'rgb', mean: imagenet.mean, std: imagenet.std, layout: 'nchw' } as const;

const open = (data: string, preprocess: typeof imagenet | typeof cifar) => async (inputs: readonly Fact[]) => {
  const source = {
    kind: 'images' as const,
    files: (await glob(path.join(shared ?? '', 'data', data, 'calib/*'))).sort(),
    pattern: 'calib',
    preprocess: { ...preprocess, mean: [...preprocess.mean], std: [...preprocess.std] } as never,
    limit: 8,
  };
  return await openSamples(source, inputs);
};

interface Case {
  file: string;
  samplesOf: (inputs: readonly Fact[]) => SampleSet | Promise<SampleSet>;
  /** The least signal-to-noise ratio in dB of the whole network on integers. */
  decibels: number;
}

const real = (name: string) => path.join(shared ?? '', 'models/real', `${name}.onnx`);
const CASES: Case[] = [
  { file: smallNetwork('classifier'), samplesOf: syntheticSamples, decibels: 20 },
  ...(shared
    ? [
        { file: real('squeezenet1.1_fp32'), samplesOf: open('imagenet500', imagenet), decibels: 25 },
        { file: real('mobilenetv2_torchvision_fp32'), samplesOf: open('imagenet500', imagenet), decibels: 14 },
        { file: real('resnet20_cifar10_fp32'), samplesOf: open('cifar10', cifar), decibels: 20 },
      ]
    : []),
];

describe('edge side of a whole network', () => {
  let workDir: string;
  beforeAll(async () => {
    workDir = await mkdtemp(path.join(tmpdir(), 'autosplit-test-'));
  });
  afterAll(() => rm(workDir, { recursive: true, force: true }));

  it.each(CASES)(
    '$file: every planned Conv and Gemm is an integer kernel, and the result is near the float one',
    async ({ file, samplesOf, decibels }) => {
      const config = {
        root: path.dirname(file),
        model: { path: file, inputs: {} },
        edge: { target: 'onnxruntime-node' },
        quantization: {},
      };
      const network = await loadModel(config as unknown as Parameters<typeof loadModel>[0], workDir, () => {});
      const samples = await samplesOf(network.model.graph.inputs);
      const bits = { weights: [8], activations: [8], wire: [8] };
      const profile = await calibrateModel({
        ...network,
        target: onnxruntimeNode,
        samples,
        bits,
        inputEncoding: 'raw',
        candidates: new Set(),
        workDir,
      });
      const edge = new Set(network.layers.keys());
      const split = quantizeSplit(
        { decision: 'edge-only', edge, weightBits: network.layers.map(() => 8), wire: [] },
        { ...network, profile },
      );
      if (!split.edge) throw new Error('there is no edge side');

      const half = await openModel(split.edge.model, workDir, 'edge');
      const optimised = path.join(workDir, 'optimised.onnx');
      await InferenceSession.create(path.join(workDir, 'edge.onnx'), {
        ...(await sessionOptions()),
        optimizedModelFilePath: optimised,
      });
      const ops = readModel(optimised).graph.nodes.map((node) => node.op);
      const weighted = profile.integer.roles.filter((role) => role === 'weighted').length;
      expect(
        ops.filter((op) => ['Conv', 'FusedConv', 'Gemm', 'FusedGemm', 'MatMul', 'FusedMatMul'].includes(op)),
      ).toEqual([]);
      expect(ops.filter((op) => ['QLinearConv', 'QGemm', 'QLinearMatMul'].includes(op))).toHaveLength(weighted);
      expect(ops.filter((op) => ['Relu', 'Clip'].includes(op))).toEqual([]);

      const float = await openModel(network.model, workDir, 'float');
      let [noise, signal] = [0, 0];
      for (let i = 0; i < Math.min(8, samples.count); i++) {
        const feeds = await samples.load(i);
        const [[output, exact]] = Object.entries(await float.run(feeds));
        const made = (await half.run(feeds))[output].data as Float32Array;
        (exact.data as Float32Array).forEach((value, at) => {
          noise += (made[at] - value) ** 2;
          signal += value ** 2;
        });
      }
      expect(10 * Math.log10(signal / noise)).toBeGreaterThan(decibels);
      await half.close();
      await float.close();
    },
  );
});
