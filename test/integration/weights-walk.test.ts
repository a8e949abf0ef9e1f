import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { syntheticSamples } from '../../src/benchmark/synthetic.js';
import { edgeModel } from '../../src/bundle/side.js';
import { calibrateModel } from '../../src/calibrate/index.js';
import { prepareModel } from '../../src/frontend/index.js';
import type { ChannelView } from '../../src/numerics/weights.js';
import type { Initializer, Model } from '../../src/onnx/graph.js';
import { describeValues } from '../../src/outputs/channels.js';
import { quantizeSplit } from '../../src/quantize/index.js';
import { refineWeights } from '../../src/quantize/refine.js';
import { referenceEdge } from '../../src/targets/index.js';
import { chain } from '../../src/testing/networks.js';
import { temporaryFolder } from '../onnx/harness.js';
import { floatRuns } from '../outputs/networks.js';

const counts = vi.hoisted(() => ({
  decoded: new Map<string, number>(),
  searched: new Map<string, number>(),
  packed: 0,
}));
const count = (counter: Map<string, number>, key: string) => counter.set(key, (counter.get(key) ?? 0) + 1);

vi.mock('../../src/onnx/bytes.js', async (load) => {
  const real = await load<typeof import('../../src/onnx/bytes.js')>();
  const readFloats = (initializer: Initializer) => {
    count(counts.decoded, initializer.name);
    return real.readFloats(initializer);
  };
  return { ...real, readFloats };
});
vi.mock('../../src/numerics/weights.js', async (load) => {
  const real = await load<typeof import('../../src/numerics/weights.js')>();
  const searchWeightQuantizer = (view: ChannelView, bits: number) => {
    count(counts.searched, `${view.values[0]} at ${bits}`);
    return real.searchWeightQuantizer(view, bits);
  };
  return { ...real, searchWeightQuantizer };
});
vi.mock('../../src/numerics/pack.js', async (load) => {
  const real = await load<typeof import('../../src/numerics/pack.js')>();
  const packBits: typeof real.packBits = (codes, bits) => {
    counts.packed++;
    return real.packBits(codes, bits);
  };
  return { ...real, packBits };
});

const folder = temporaryFolder();
const workDir = () => mkdtempSync(path.join(folder, 'work-'));
const LAYERS = 3;
const BITS = [2, 4, 8];

afterEach(() => {
  counts.decoded.clear();
  counts.searched.clear();
  counts.packed = 0;
});

/** The way of weights through a build that measures plans of 8, 4 and 2 bits and packs the last of them. */
async function build(stored: Model): Promise<void> {
  const { model, layers } = await prepareModel(stored, {}, workDir(), () => {});
  counts.decoded.clear();
  const samples = syntheticSamples(model.graph.inputs);
  const outputs = [{ name: 'y', ...describeValues(await floatRuns(model, samples, workDir(), 'y')) }];
  const target = referenceEdge('native');
  const profile = await calibrateModel({
    model,
    layers,
    target,
    samples,
    bits: { weights: BITS, activations: [8], wire: [8] },
    inputEncoding: 'raw',
    candidates: new Set(),
    sensitivity: outputs,
    workDir: workDir(),
  });
  const splitAt = async (bits: number) => {
    const weightBits = profile.layers.map(({ weightElements }) => (weightElements > 0 ? bits : 0));
    const decision = { decision: 'edge-only' as const, edge: new Set(layers.keys()), weightBits, wire: [] };
    const steps = { rounding: 'gptq', biasCorrection: true } as const;
    const weights = await refineWeights(decision, { model, layers, profile, samples, steps, workDir: workDir() });
    return quantizeSplit(decision, { model, layers, profile, weights });
  };
  const [, , last] = [await splitAt(8), await splitAt(4), await splitAt(2)];
  edgeModel(last, target);
}

test('a weight is decoded once, its scales are searched once for each bit-width, and it is packed once', async () => {
  await build(chain(LAYERS).model);
  const weights = LAYERS + 1;
  // Each with its bias.
  expect([...counts.decoded.values()]).toEqual(Array.from({ length: 2 * weights }, () => 1));
  expect([...counts.searched.values()]).toEqual(Array.from({ length: BITS.length * weights }, () => 1));
  expect(counts.packed).toBe(weights);
});
