import { describe, expect, it } from 'vitest';
import { crossing } from '../../src/frontend/cut.js';
import { inferFacts } from '../../src/frontend/facts.js';
import { fuse } from '../../src/frontend/fuse.js';
import { normalise } from '../../src/frontend/normalise.js';
import { optimise } from '../../src/frontend/optimise.js';
import { extractSubgraph, factOf } from '../../src/onnx/extract.js';
import type { Layer, Model } from '../../src/onnx/graph.js';
import { readModel } from '../../src/onnx/read.js';
import { sharedModels, smallNetworks } from '../shared.js';
import { bits, type Feeds, float, modelOf, node, random, randomFeeds, runModel, temporaryFolder } from './harness.js';

const folder = temporaryFolder();

/** Runs both halves of a cut, the crossing tensors and nothing else handed over. */
async function runSplit(model: Model, layers: Layer[], edge: ReadonlySet<number>, feeds: Feeds) {
  const { graph } = model;
  const nodes = (isEdge: boolean) => layers.flatMap((layer, index) => (edge.has(index) === isEdge ? layer.nodes : []));
  const crosses = crossing(graph, layers, edge);
  const made = new Set(
    [...edge].flatMap((index) =>
      graph.nodes.filter((_, i) => layers[index].nodes.includes(i)).flatMap(({ outputs }) => outputs),
    ),
  );
  const ends = graph.outputs.map(({ name }) => name);
  const given = new Set(graph.inputs.map(({ name }) => name));
  const sent = crosses.filter((name) => !given.has(name));
  const edgeOutputs = [...new Set([...sent, ...ends.filter((name) => made.has(name) || given.has(name))])];
  const cloudOutputs = ends.filter((name) => !made.has(name) && !given.has(name));

  const near = extractSubgraph(model, { nodes: nodes(true), inputs: graph.inputs, outputs: edgeOutputs });
  const first = edgeOutputs.length > 0 ? await runModel(near, feeds, folder) : {};
  const far = extractSubgraph(model, {
    nodes: nodes(false),
    inputs: crosses.map((name) => factOf(graph, name)),
    outputs: cloudOutputs,
  });
  const handed = Object.fromEntries(crosses.map((name) => [name, first[name] ?? feeds[name]]));
  const second = cloudOutputs.length > 0 ? await runModel(far, handed, folder) : {};
  return { results: Object.fromEntries(ends.map((name) => [name, second[name] ?? first[name]])), near, far };
}

/** A few cuts: none, all, prefixes, and closures of random layers. */
function cuts(layers: Layer[], seed: number): Set<number>[] {
  const next = random(seed);
  const prefix = (fraction: number) =>
    new Set(Array.from({ length: Math.round(layers.length * fraction) }, (_, index) => index));
  const closed = () => {
    const edge = new Set(Array.from({ length: 3 }, () => Math.floor(next() * layers.length)));
    for (let i = layers.length - 1; i >= 0; i--) {
      if (!edge.has(i)) continue;
      layers.forEach((layer, j) => {
        if (layer.outputs.some((name) => layers[i].inputs.includes(name))) edge.add(j);
      });
    }
    return edge;
  };
  return [prefix(0), prefix(0.3), prefix(0.8), prefix(1), closed(), closed()];
}

const names = [
  'ultraface',
  'squeezenet1.1_caffe',
  'mnist-8',
  'fastestdet',
  'super_resolution',
  'byte_bilstm',
  'lprnet',
];
const models = [
  ...smallNetworks(),
  ...sharedModels('real').filter(({ name }) => names.some((start) => name.startsWith(start))),
  ...sharedModels('hard').filter(({ name }) => ['loop_10_valid.onnx', 'nested_if_20_valid.onnx'].includes(name)),
  ...sharedModels('hard/malformed').filter(({ name }) =>
    ['output_is_initializer.onnx', 'output_is_input.onnx', 'weird_names.onnx'].includes(name),
  ),
];

describe('both halves of', () => {
  it.each(models)('$name compute what the whole does, bit by bit', async ({ file, shapes }) => {
    const model = await inferFacts(await optimise(normalise(readModel(file), shapes), folder), folder);
    const layers = fuse(model.graph);
    const feeds = randomFeeds(model.graph.inputs, 21);
    const whole = bits(await runModel(model, feeds, folder));
    for (const edge of cuts(layers, 5)) {
      const { results, near, far } = await runSplit(model, layers, edge, feeds);
      expect(bits(results)).toEqual(whole);
      expect(near.graph.nodes.length + far.graph.nodes.length).toBe(model.graph.nodes.length);
    }
  });
});

describe('extractSubgraph', () => {
  const { graph, ...rest } = modelOf({
    nodes: [node('Add', ['x', 'w'], ['a']), node('Mul', ['a', 'w'], ['b']), node('Add', ['b', 'v'], ['y'])],
    inputs: [float('x', 1)],
    outputs: [float('y', 1), float('v', 1)],
    constants: { v: [1], unused: [1], w: [1] },
  });
  const model: Model = {
    ...rest,
    graph: { ...graph, values: new Map(['a', 'b', 'y'].map((name) => [name, float(name, 1)])) },
  };

  it('takes only what is read, on both sides where both read it', () => {
    const near = extractSubgraph(model, { nodes: [0], inputs: model.graph.inputs, outputs: ['a'] });
    const far = extractSubgraph(model, { nodes: [2, 1], inputs: [float('a', 1)], outputs: ['y'] });
    expect([...near.graph.initializers.keys()]).toEqual(['w']);
    expect([...far.graph.initializers.keys()]).toEqual(['v', 'w']);
    expect(far.graph.nodes.map(({ name }) => name)).toEqual(['b', 'y']);
    expect([...far.graph.values.keys()]).toEqual(['b']);
    expect(near.graph.outputs).toEqual([float('a', 1)]);
    expect(far.opsets).toBe(model.opsets);
  });

  it('gives an initializer or an input that is an output', () => {
    const constant = extractSubgraph(model, { nodes: [], inputs: [], outputs: ['v'] });
    expect([...constant.graph.initializers.keys()]).toEqual(['v']);
    const passed = extractSubgraph(model, { nodes: [], inputs: [], outputs: ['x'] });
    expect(passed.graph.inputs).toEqual([float('x', 1)]);
  });

  it('refuses what it cannot make, and what it is given twice', () => {
    expect(() => extractSubgraph(model, { nodes: [2], inputs: [], outputs: ['y'] })).toThrow(
      expect.objectContaining({ code: 'CUT_INVALID' }),
    );
    expect(() => extractSubgraph(model, { nodes: [0], inputs: model.graph.inputs, outputs: ['b'] })).toThrow(
      expect.objectContaining({ code: 'CUT_INVALID' }),
    );
    expect(() =>
      extractSubgraph(model, { nodes: [0], inputs: [float('x', 1), float('a', 1)], outputs: ['a'] }),
    ).toThrow(expect.objectContaining({ code: 'CUT_INVALID' }));
  });
});
