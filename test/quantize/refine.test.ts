import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { syntheticSamples } from '../../src/benchmark/synthetic.js';
import { calibrateModel } from '../../src/calibrate/index.js';
import type { Profile } from '../../src/calibrate/profile.js';
import { measureSensitivity } from '../../src/calibrate/sensitivity/index.js';
import { openSplit } from '../../src/evaluate/run.js';
import { prepareModel } from '../../src/frontend/index.js';
import { openModel } from '../../src/inference/session.js';
import { makeInitializer } from '../../src/onnx/build.js';
import type { Layer, Model } from '../../src/onnx/graph.js';
import { describeValues } from '../../src/outputs/channels.js';
import { outputLoss } from '../../src/outputs/compare.js';
import type { OutputFact } from '../../src/outputs/fact.js';
import { quantizeSplit } from '../../src/quantize/index.js';
import { refineWeights } from '../../src/quantize/refine.js';
import type { SampleSet } from '../../src/samples/open.js';
import onnxruntimeNode from '../../src/targets/onnxruntime-node/index.js';
import { float, modelOf, node, random, temporaryFolder } from '../onnx/harness.js';
import { floatRuns } from '../outputs/networks.js';

const folder = temporaryFolder();
const workDir = () => mkdtempSync(path.join(folder, 'work-'));
const GPTQ = { rounding: 'gptq', biasCorrection: true } as const;
const NEAREST = { rounding: 'nearest', biasCorrection: false } as const;

/** Conv, depthwise Conv, a skip connection, Conv, pooling and a Gemm. */
function network(): Model {
  const pads: [string, number][] = [];
  const conv = (inputs: string[], output: string, group = 1) => {
    const made = node('Conv', inputs, [output], [['group', group], ...pads]);
    made.attributes.set('pads', { type: 'ints', value: [1, 1, 1, 1] });
    return made;
  };
  const model = modelOf({
    nodes: [
      conv(['x', 'w1', 'b1'], 'c1'),
      node('Relu', ['c1'], ['a1']),
      conv(['a1', 'w2', 'b2'], 'c2', 8),
      node('Relu', ['c2'], ['a2']),
      conv(['a2', 'w3', 'b3'], 'c3'),
      node('Add', ['c3', 'a1'], ['s']),
      node('Relu', ['s'], ['a3']),
      node('GlobalAveragePool', ['a3'], ['p']),
      node('Flatten', ['p'], ['f']),
      node('Gemm', ['f', 'w4', 'b4'], ['y'], [['transB', 1]]),
    ],
    inputs: [float('x', 1, 3, 12, 12)],
    outputs: [float('y', 1, 5)],
  });
  const next = random(4);
  const shapes: Record<string, number[]> = {
    w1: [8, 3, 3, 3],
    b1: [8],
    w2: [8, 1, 3, 3],
    b2: [8],
    w3: [8, 8, 3, 3],
    b3: [8],
    w4: [5, 8],
    b4: [5],
  };
  for (const [name, dims] of Object.entries(shapes)) {
    const values = Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => next() - 0.4);
    model.graph.initializers.set(name, makeInitializer(name, values, dims));
  }
  return model;
}

describe('weights behind one another', () => {
  let model: Model;
  let layers: Layer[];
  let samples: SampleSet;
  let profile: Profile;
  let outputs: OutputFact[];
  const decide = (bits: number) => ({
    decision: 'edge-only' as const,
    edge: new Set(layers.keys()),
    weightBits: profile.layers.map(({ weightElements }) => (weightElements > 0 ? bits : 0)),
    wire: [],
  });

  beforeAll(async () => {
    ({ model, layers } = await prepareModel(network(), {}, workDir(), () => {}));
    samples = syntheticSamples(model.graph.inputs);
    outputs = [{ name: 'y', ...describeValues(await floatRuns(model, samples, workDir(), 'y')) }];
    const bits = { weights: [2, 4, 8], activations: [8], wire: [2, 4, 8] };
    profile = await calibrateModel({
      model,
      layers,
      target: onnxruntimeNode,
      samples,
      bits,
      inputEncoding: 'raw',
      candidates: new Set(),
      workDir: workDir(),
    });
  });

  it('are the same with any number of threads', async () => {
    const [one, two] = await Promise.all(
      [1, 2].map((threads) =>
        refineWeights(decide(2), { model, layers, profile, samples, steps: GPTQ, workDir: workDir(), threads }),
      ),
    );
    expect(one.size).toBe(4);
    expect([...two]).toEqual([...one]);
  });

  it.each([2, 4])('leave less error in the outputs than rounding to nearest at %i bits', async (bits) => {
    const reference = await openModel(model, workDir(), 'float');
    const errors: number[] = [];
    for (const steps of [GPTQ, NEAREST]) {
      const weights = await refineWeights(decide(bits), { model, layers, profile, samples, steps, workDir: workDir() });
      const split = await openSplit(quantizeSplit(decide(bits), { model, layers, profile, weights }), workDir());
      let error = 0;
      for (let i = 0; i < samples.count; i++) {
        const feeds = await samples.load(i);
        error += outputLoss(outputs, (await split.run(feeds)).outputs, await reference.run(feeds));
      }
      await split.close();
      errors.push(error);
    }
    await reference.close();
    expect(errors[0]).toBeLessThan(0.5 * errors[1]);
  });

  it('and the outputs are the more sensitive the fewer bits one layer or tensor has', async () => {
    const { integer, tensors, layers: profiles } = profile;
    const limits = { bits: { weights: [2, 4, 8], tensors: [2, 4, 8] }, mostMacs: 1e12 };
    const options = { model, layers, profiles, integer, tensors, samples, outputs, ...limits, workDir: workDir() };
    const found = (await measureSensitivity(options)) ?? expect.fail('a network as small as this is measured');
    expect(await measureSensitivity({ ...options, threads: 2, workDir: workDir() })).toEqual(found);
    expect([...found.weights.keys()]).toHaveLength(4);
    for (const errors of [...found.weights.values(), ...found.tensors.values()]) {
      const [two, four, eight] = [2, 4, 8].map((bits) => errors.get(bits) ?? Number.NaN);
      expect(two).toBeGreaterThan(four);
      expect(four).toBeGreaterThan(eight);
      expect(eight).toBeLessThan(1e-3);
    }
  });
});
