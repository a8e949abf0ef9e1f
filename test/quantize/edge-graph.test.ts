import { describe, expect, it } from 'vitest';
import { fuse } from '../../src/frontend/fuse.js';
import type { Model } from '../../src/onnx/graph.js';
import { INTEGER_OPERATORS } from '../../src/ops/index.js';
import { integerGraph } from '../../src/ops/integer.js';
import { quantizeWeighted } from '../../src/ptq/weights.js';
import { edgeGraph } from '../../src/quantize/edge-graph.js';
import { float, modelOf, node, randomFeeds, runModel, temporaryFolder } from '../onnx/harness.js';

const folder = temporaryFolder();

/** A convolution, its activation, both flattened and taken on by a float operator. */
function network(): Model {
  const model = modelOf({
    nodes: [
      node('Conv', ['x', 'w', 'b'], ['c']),
      node('Relu', ['c'], ['r']),
      node('Flatten', ['r'], ['f']),
      node('Erf', ['f'], ['y']),
    ],
    inputs: [float('x', 1, 2, 3, 3)],
    outputs: [float('y', 1, 12), float('r', 1, 3, 2, 2)],
    constants: { w: [3, 2, 2, 2], b: [3] },
  });
  model.graph.values.set('c', float('c', 1, 3, 2, 2)).set('f', float('f', 1, 12));
  model.graph.values.set('r', float('r', 1, 3, 2, 2)).set('y', float('y', 1, 12));
  return model;
}

const STEP = 1 / 32;

function edgeOf(model: Model, edge: number[], crossing: string[]) {
  const layers = fuse(model.graph);
  return edgeGraph({
    model,
    layers,
    edge: new Set(edge),
    integer: integerGraph(model.graph, layers, { operators: INTEGER_OPERATORS }),
    weights: (_, __, source, scale) => quantizeWeighted(source.read(), 8, scale),
    quantizer: () => ({ scale: STEP, zeroPoint: 0 }),
    crossing,
  });
}

describe('the edge graph', () => {
  it('computes what the float graph does, on codes', async () => {
    const model = network();
    const { model: edge, places, weights, outputs } = edgeOf(model, [0, 1, 2], []);
    expect(outputs).toEqual(['y', 'r']);
    const feeds = randomFeeds(model.graph.inputs, 1);
    const [exact, given] = [await runModel(model, feeds, folder), await runModel(edge, feeds, folder)];
    for (const name of ['y', 'r']) {
      const expected = exact[name].data as Float32Array;
      // Eight inputs off by half a step, times weights of 0.5, and half a step of the output.
      for (const [i, value] of (given[name].data as Float32Array).entries())
        expect(Math.abs(value - expected[i])).toBeLessThanOrEqual(8 * 0.5 * (STEP / 2) + STEP);
    }
    expect(places).toMatchObject([{ node: 0, layer: 0, input: { scale: STEP, zeroPoint: 0 } }]);
    expect(weights).toMatchObject([{ layer: 'c', initializer: 'w', bits: 8, axis: 0, dims: [3, 2, 2, 2] }]);
    expect(weights[0].name).toBe(places[0].names.codes);
  });

  it('lets crossing tensors leave as codes', () => {
    const { model, crossingOutputs, codes, inputs, outputs } = edgeOf(network(), [0, 1], ['f']);
    const carrier = crossingOutputs.get('f') ?? '';
    expect(codes.has(carrier)).toBe(true);
    expect(model.graph.outputs).toEqual([
      { name: carrier, dtype: 'uint8', shape: [1, 12] },
      { name: 'r', dtype: 'float32', shape: [1, 3, 2, 2] },
    ]);
    expect([inputs, outputs]).toEqual([['x'], ['r']]);
    expect(model.graph.nodes.some(({ op }) => op === 'Erf' || op === 'Relu')).toBe(false);
  });

  it('names no two nodes and no two tensors alike', () => {
    const { model } = edgeOf(network(), [0, 1, 2], ['f']);
    const names = model.graph.nodes.map(({ name }) => name);
    const tensors = model.graph.nodes.flatMap(({ outputs }) => outputs);
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(tensors).size).toBe(tensors.length);
  });
});
