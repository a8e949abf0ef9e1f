import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { layersOfKernels } from '../../src/benchmark/attribute.js';
import { buildModel } from '../../src/benchmark/grid/build.js';
import { conv, head, ints } from '../../src/benchmark/grid/operators.js';
import { prepareSubjects, type Subject } from '../../src/benchmark/subject.js';
import { syntheticSamples } from '../../src/benchmark/synthetic.js';
import { layersOfNodes, tagged } from '../../src/benchmark/tagged.js';
import type { Profile } from '../../src/calibrate/profile.js';
import { fuse } from '../../src/frontend/fuse.js';
import { prepareModel } from '../../src/frontend/index.js';
import { normalise } from '../../src/frontend/normalise.js';
import { runIsolated } from '../../src/inference/isolated.js';
import type { Layer, Model } from '../../src/onnx/graph.js';
import { readModel } from '../../src/onnx/read.js';
import onnxruntimeNode from '../../src/targets/onnxruntime-node/index.js';
import { bits, randomFeeds, runModel } from '../onnx/harness.js';
import { smallNetwork } from '../shared.js';

let workDir: string;
let network: { model: Model; layers: Layer[] };
let profile: Profile;
let subjects: Subject[];

/** Convolutions in both layouts, a residual, a join, pooling, a float island, a classifier. */
const small = () =>
  buildModel('small', [1, 3, 32, 32], (b, input) => {
    const stem = conv(
      b,
      { name: input, channels: 3, size: 32 },
      { filters: 16, kernel: 3, stride: 2, activation: 'Clip' },
    );
    const deep = conv(b, conv(b, stem, { filters: 16, kernel: 3, groups: 'each' }), {
      filters: 16,
      kernel: 1,
      activation: '',
    });
    const sum = { ...stem, name: b.add('Relu', [b.add('Add', [deep.name, stem.name])]) };
    const pooled = b.add('MaxPool', [sum.name], { kernel_shape: ints(2, 2), strides: ints(2, 2) });
    const island = { ...sum, name: b.add('Softsign', [pooled]), size: 8 };
    const joined = b.add('Concat', [conv(b, island, { filters: 16, kernel: 1 }).name, island.name], {
      axis: { type: 'int', value: 1 },
    });
    return head(b, { name: joined, channels: 32, size: 8 }, 10);
  });

beforeAll(async () => {
  workDir = await mkdtemp(path.join(tmpdir(), 'autosplit-measure-'));
  network = await prepareModel(small(), {}, workDir, () => {});
  const samples = syntheticSamples(network.model.graph.inputs);
  const options = {
    name: 'small',
    loaded: network,
    target: onnxruntimeNode,
    samples,
    forms: ['float', 'int8'] as const,
    workDir,
    threads: 1,
  };
  ({ profile, subjects } = await prepareSubjects(options));
});
afterAll(() => rm(workDir, { recursive: true, force: true }));

const layerNamed = (name: string) => network.layers.findIndex((layer) => layer.name === name);
const compiledOf = ({ file }: Subject) => readModel(file.replace(/\.onnx$/, '-compiled.onnx')).graph;

describe('kernels are traced back to layers', () => {
  it.each([0, 1])('every kernel of form %i, its reorders and conversions among them', (form) => {
    const { nodes } = compiledOf(subjects[form]);
    const { layerOf } = subjects[form];
    expect(nodes.filter(({ name }) => !layerOf.has(name)).map(({ op }) => op)).toEqual([]);
    // onnxruntime has changed the graph, or there would be nothing to trace.
    const added = ['ReorderInput', 'ReorderOutput', 'Transpose', 'QLinearConv', 'NhwcMaxPool'];
    expect(nodes.filter(({ op }) => added.includes(op)).length).toBeGreaterThan(2);
    for (const layer of [...new Set(layerOf.values())]) expect(network.layers[layer]).toBeDefined();
  });

  it('each to the layer that it computes', () => {
    const products = network.layers.flatMap((layer, index) => (['Conv', 'Gemm'].includes(layer.op) ? [index] : []));
    expect(products).toHaveLength(5);
    const isProduct = (op: string) => /^(QLinear|Fused)?Conv$|^(Q|Fused)?Gemm$/.test(op);
    for (const subject of subjects) {
      const found = compiledOf(subject).nodes.flatMap(({ op, name }) =>
        isProduct(op) ? [subject.layerOf.get(name)] : [],
      );
      expect([...found].sort()).toEqual([...products].sort());
    }
  });

  it('what quantizes the input to the first layer, what leaves integers to the layer that wants floats', () => {
    const [, int8] = subjects;
    const { nodes } = compiledOf(int8);
    const layersAt = (op: string) => nodes.filter((node) => node.op === op).map(({ name }) => int8.layerOf.get(name));
    const softsign = network.layers.findIndex(({ op }) => op === 'Softsign');
    expect(profile.layers[softsign].integer).toBe(false);
    expect(layersAt('QuantizeLinear')).toContain(0);
    expect(layersAt('DequantizeLinear')).toContain(softsign);
    expect(layersAt('QuantizeLinear')).toContain(softsign);
  });

  it('under the names that the profiler uses', async () => {
    const effort = { seconds: 0.01, minRuns: 5, maxRuns: 10 };
    for (const { file, feeds, layerOf } of subjects) {
      const profiles = await mkdtemp(path.join(workDir, 'profile-'));
      const { runs, kernels } = await runIsolated('measure', { model: file, feeds, threads: 1, effort, profiles });
      expect(runs.length).toBeGreaterThanOrEqual(5);
      expect(runs.every((seconds) => seconds > 0 && seconds < 10)).toBe(true);
      expect(kernels.map(({ name }) => name).filter((name) => !layerOf.has(name))).toEqual([]);
      expect(new Set(kernels.map(({ seconds }) => seconds.length)).size).toBe(1);
      const traced = new Set(kernels.map(({ name }) => layerOf.get(name)));
      expect(traced.has(layerNamed('conv_0'))).toBe(true);
      expect(traced.has(network.layers.length - 1)).toBe(true);
    }
  });
});

describe('a tagged model', () => {
  it('computes the same', async () => {
    const { model, layers } = network;
    const feeds = randomFeeds(model.graph.inputs, 1);
    const named = tagged(model, layersOfNodes(model, layers));
    const [output] = named.graph.outputs;
    expect(output.name).toBe(`layer${layers.length - 1}|${model.graph.outputs[0].name}`);
    const results = Object.values(bits(await runModel(named, feeds, workDir)));
    expect(results).toEqual(Object.values(bits(await runModel(model, feeds, workDir))));
  });

  it('with bodies that read tensors from outside, too', async () => {
    const model = normalise(readModel(smallNetwork('control')), {});
    const feeds = randomFeeds(model.graph.inputs, 2);
    const named = tagged(model, layersOfNodes(model, fuse(model.graph)));
    expect(Object.values(bits(await runModel(named, feeds, workDir)))).toEqual(
      Object.values(bits(await runModel(model, feeds, workDir))),
    );
  });

  it('leaves what is of no layer to its reader, or behind the last one to what it reads', () => {
    const node = (op: string, name: string, inputs: string[], outputs: string[]) => ({
      name,
      op,
      domain: '',
      inputs,
      outputs,
      attributes: new Map(),
    });
    const nodes = [
      node('ReorderInput', 'before', ['x'], ['a']),
      node('Cast', 'inner', ['a'], ['b']),
      node('Conv', 'layer4|conv_nchwc', ['b'], ['c']),
      node('ReorderOutput', 'between', ['c'], ['layer4|y']),
      node('Relu', 'layer5|relu', ['layer4|y'], ['d']),
      node('Transpose', 'after', ['d'], ['e']),
    ];
    const graph = { name: '', nodes, inputs: [], outputs: [], initializers: new Map(), values: new Map() };
    expect([...layersOfKernels(graph)]).toEqual([
      ['before', 4],
      ['inner', 4],
      ['layer4|conv_nchwc', 4],
      ['between', 4],
      ['layer5|relu', 5],
      ['after', 5],
    ]);
  });
});
