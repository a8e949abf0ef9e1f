import { describe, expect, it } from 'vitest';
import { equalise } from '../../src/frontend/equalise.js';
import { makeInitializer } from '../../src/onnx/build.js';
import { readFloats } from '../../src/onnx/bytes.js';
import type { Model } from '../../src/onnx/graph.js';
import { bits, float, modelOf, node, random, randomFeeds, runModel, temporaryFolder } from '../onnx/harness.js';

const folder = temporaryFolder();

/**
 * Conv of 3 to 4 channels, an activation, a depthwise Conv, Relu, and two Convs that read it; channels of very
 * different sizes.
 */
function chain(activation: string, isShown = false): Model {
  const model = modelOf({
    nodes: [
      node('Conv', ['x', 'w1', 'b1'], ['c1']),
      activation === 'Clip' ? node('Clip', ['c1', 'low', 'high'], ['a1']) : node(activation, ['c1'], ['a1']),
      node('Conv', ['a1', 'w2', 'b2'], ['c2'], [['group', 4]]),
      node('Relu', ['c2'], ['a2']),
      node('Conv', ['a2', 'w3'], ['y1']),
      node('Conv', ['a2', 'w4'], ['y2']),
    ],
    inputs: [float('x', 1, 3, 8, 8)],
    outputs: [float('y1', 1, 2, 4, 4), float('y2', 1, 5, 6, 6), ...(isShown ? [float('a2', 1, 4, 6, 6)] : [])],
    constants: { low: [], high: [] },
  });
  const next = random(11);
  const shapes: Record<string, number[]> = {
    w1: [4, 3, 1, 1],
    b1: [4],
    w2: [4, 1, 3, 3],
    b2: [4],
    w3: [2, 4, 3, 3],
    w4: [5, 4, 1, 1],
  };
  for (const [name, dims] of Object.entries(shapes)) {
    const values = Float32Array.from(
      { length: dims.reduce((a, b) => a * b, 1) },
      (_, i) => (next() - 0.5) * 10 ** (3 * Math.sin(i)),
    );
    model.graph.initializers.set(name, makeInitializer(name, values, dims));
  }
  return model;
}

/** Largest over smallest magnitude of the output channels. */
function spread({ graph }: Model, name: string): number {
  const initializer = graph.initializers.get(name);
  if (!initializer) throw new Error(`no ${name}`);
  const values = readFloats(initializer);
  const size = values.length / initializer.dims[0];
  const largest = Array.from({ length: initializer.dims[0] }, (_, c) =>
    Math.max(...values.subarray(c * size, (c + 1) * size).map(Math.abs)),
  );
  return Math.max(...largest) / Math.min(...largest);
}

describe('cross-layer equalisation', () => {
  it.each(['Relu', 'LeakyRelu'])(
    'leaves every bit of what the network gives through %s, and evens its channels out',
    async (activation) => {
      const before = chain(activation);
      const { model, equalised } = equalise(before);
      const feeds = randomFeeds(before.graph.inputs, 1);
      expect(bits(await runModel(model, feeds, folder))).toEqual(bits(await runModel(before, feeds, folder)));
      expect([...equalised].sort()).toEqual(['b1', 'b2', 'w1', 'w2', 'w3', 'w4']);
      expect(spread(model, 'w1')).toBeLessThan(spread(before, 'w1'));
    },
  );

  it('does not reach through a Clip, nor touch what others see', async () => {
    const before = chain('Clip');
    const { model, equalised } = equalise(before);
    expect(equalised.has('w1')).toBe(false);
    const feeds = randomFeeds(before.graph.inputs, 1);
    expect(bits(await runModel(model, feeds, folder))).toEqual(bits(await runModel(before, feeds, folder)));
    expect(equalise(chain('Clip', true)).equalised.size).toBe(0);
  });
});
