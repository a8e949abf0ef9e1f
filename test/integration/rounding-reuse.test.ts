import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { syntheticSamples } from '../../src/benchmark/synthetic.js';
import { calibrateModel } from '../../src/calibrate/index.js';
import type { Profile } from '../../src/calibrate/profile.js';
import { prepareModel } from '../../src/frontend/index.js';
import { makeInitializer } from '../../src/onnx/build.js';
import type { Layer, Model } from '../../src/onnx/graph.js';
import { readModel } from '../../src/onnx/read.js';
import type { IntegerWeights } from '../../src/ptq/weights.js';
import type { SplitDecision } from '../../src/quantize/decision.js';
import { type KeptWeights, refineWeights } from '../../src/quantize/refine.js';
import type { SampleSet } from '../../src/samples/open.js';
import onnxruntimeNode from '../../src/targets/onnxruntime-node/index.js';
import { float, modelOf, node, random, temporaryFolder } from '../onnx/harness.js';
import { isThorough, scaledRuns } from '../thorough.js';

const folder = temporaryFolder();
const workDir = () => mkdtempSync(path.join(folder, 'work-'));
const STEPS = { rounding: 'gptq', biasCorrection: true } as const;

interface Kept extends KeptWeights {
  entries: Map<string, IntegerWeights>;
  rounded: number;
}

function store(): Kept {
  const entries = new Map<string, IntegerWeights>();
  const kept: Kept = {
    fitted: 'test',
    entries,
    rounded: 0,
    find: async (key) => entries.get(key),
    keep: async (key, weights) => {
      kept.rounded++;
      entries.set(key, structuredClone(weights));
    },
  };
  return kept;
}

/** Two branches that meet, a skip connection, an operator in float between layers, and a Gemm. */
function branched(): Model {
  const conv = (inputs: string[], output: string) => {
    const made = node('Conv', inputs, [output], []);
    made.attributes.set('pads', { type: 'ints', value: [1, 1, 1, 1] });
    return made;
  };
  const model = modelOf({
    nodes: [
      conv(['x', 'w1', 'b1'], 'c1'),
      node('Relu', ['c1'], ['a1']),
      conv(['a1', 'w2', 'b2'], 'c2'),
      conv(['a1', 'w3', 'b3'], 'c3'),
      node('Softplus', ['c3'], ['s3']),
      conv(['s3', 'w4', 'b4'], 'c4'),
      node('Add', ['c2', 'c4'], ['s']),
      node('Relu', ['s'], ['a4']),
      conv(['a4', 'w5', 'b5'], 'c5'),
      node('Add', ['c5', 'a1'], ['t']),
      node('GlobalAveragePool', ['t'], ['p']),
      node('Flatten', ['p'], ['f']),
      node('Gemm', ['f', 'w6', 'b6'], ['y'], [['transB', 1]]),
    ],
    inputs: [float('x', 1, 3, 10, 10)],
    outputs: [float('y', 1, 5)],
  });
  const next = random(7);
  const add = (name: string, dims: number[]) =>
    model.graph.initializers.set(
      name,
      makeInitializer(
        name,
        Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => next() - 0.5),
        dims,
      ),
    );
  add('w1', [6, 3, 3, 3]);
  for (const name of ['w2', 'w3', 'w4', 'w5']) add(name, [6, 6, 3, 3]);
  for (const name of ['b1', 'b2', 'b3', 'b4', 'b5']) add(name, [6]);
  add('w6', [5, 6]);
  add('b6', [5]);
  return model;
}

const NETWORKS: [name: string, read: () => Model, runs: number][] = [['branches', branched, 12]];
if (isThorough)
  NETWORKS.push(['the network of the example', () => readModel(path.resolve('examples/license-plates/model.onnx')), 4]);

describe.each(NETWORKS)('weights of %s that were rounded for other cuts', (_, read, runs) => {
  let model: Model;
  let layers: Layer[];
  let samples: SampleSet;
  let profile: Profile;
  const options = () => ({ model, layers, profile, samples, steps: STEPS, workDir: workDir() });

  /** Closed under predecessors: all that `wanted` needs. */
  function decisionOf(wanted: readonly number[], bits: readonly number[]): SplitDecision {
    const maker = new Map(layers.flatMap(({ outputs }, layer) => outputs.map((name) => [name, layer] as const)));
    const edge = new Set<number>();
    const visit = (layer: number) => {
      if (edge.has(layer)) return;
      edge.add(layer);
      for (const input of layers[layer].inputs) if (maker.has(input)) visit(maker.get(input) ?? 0);
    };
    for (const layer of wanted) visit(layer % layers.length);
    const weightBits = profile.layers.map(({ weightElements }, layer) =>
      edge.has(layer) && weightElements > 0 ? bits[layer % bits.length] : 0,
    );
    return { decision: 'split', edge, weightBits, wire: [] };
  }

  beforeAll(async () => {
    ({ model, layers } = await prepareModel(read(), {}, workDir(), () => {}));
    const all = syntheticSamples(model.graph.inputs);
    samples = { ...all, count: Math.min(3, all.count) };
    const bits = { weights: [8], activations: [8], wire: [8] };
    const target = onnxruntimeNode;
    profile = await calibrateModel({
      model,
      layers,
      target,
      samples,
      bits,
      inputEncoding: 'raw',
      candidates: new Set(),
      workDir: workDir(),
    });
  });

  it('are those of a cut by itself, byte for byte', async () => {
    const kept = store();
    const plan = fc.record({
      wanted: fc.array(fc.nat({ max: 99 }), { minLength: 1, maxLength: 3 }),
      bits: fc.array(fc.constantFrom(3, 8, 8, 8), { minLength: 1, maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ wanted, bits }) => {
        const decision = decisionOf(wanted, bits);
        expect(await refineWeights(decision, { ...options(), kept })).toEqual(await refineWeights(decision, options()));
      }),
      { numRuns: scaledRuns(runs), seed: 5 },
    );
  });

  it('are all there for a cut whose layers are the first of one that was rounded', async () => {
    const kept = store();
    const whole = decisionOf([...layers.keys()], [8]);
    await refineWeights(whole, { ...options(), kept });
    const { rounded } = kept;
    expect(rounded).toBe(profile.layers.filter(({ weightElements }) => weightElements > 0).length);
    for (let first = 1; first < layers.length; first++) {
      const edge = new Set([...layers.keys()].slice(0, first));
      const weights = await refineWeights({ ...whole, edge }, { ...options(), kept });
      expect(kept.rounded).toBe(rounded);
      expect(weights.size).toBe([...edge].filter((layer) => profile.layers[layer].weightElements > 0).length);
    }
  });

  it('are rounded anew behind a layer with other bits, and not before it', async () => {
    const kept = store();
    const whole = decisionOf([...layers.keys()], [8]);
    await refineWeights(whole, { ...options(), kept });
    const before = kept.rounded;
    const weighted = profile.layers.flatMap(({ weightElements }, layer) => (weightElements > 0 ? [layer] : []));
    const at = weighted[weighted.length - 2];
    await refineWeights(
      { ...whole, weightBits: whole.weightBits.map((bits, layer) => (layer === at ? 4 : bits)) },
      { ...options(), kept },
    );
    expect(kept.rounded - before).toBe(2);
  });
});
