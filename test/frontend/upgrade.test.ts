import { describe, expect, it } from 'vitest';
import { upgradeOpset } from '../../src/frontend/upgrade.js';
import type { Model } from '../../src/onnx/graph.js';
import { bits, float, modelOf, node, randomFeeds, runModel, temporaryFolder } from '../onnx/harness.js';

const folder = temporaryFolder();

const softmax = (shape: number[], axis: number): Model => ({
  ...modelOf({
    nodes: [node('Softmax', ['x'], ['y'], [['axis', axis]])],
    inputs: [float('x', ...shape)],
    outputs: [float('y', ...shape)],
  }),
  opsets: new Map([['', 11]]),
});

describe('a softmax of before opset 13, which normalises all from its axis on', () => {
  it.each([
    [[1, 5, 1, 1], 1],
    [[2, 3, 4], 2],
    [[2, 3, 4], -1],
    [[3, 1], 0],
  ])('over %j from axis %i is one over that axis', async (shape, axis) => {
    const old = softmax(shape, axis);
    const raised = upgradeOpset(old);
    expect(raised.opsets.get('')).toBe(13);
    const feeds = randomFeeds(old.graph.inputs, 1);
    const [before, after] = [await runModel(old, feeds, folder), await runModel(raised, feeds, folder)];
    expect(Array.from(after.y.data as Float32Array)).toEqual(
      Array.from(before.y.data as Float32Array, (value) => expect.closeTo(value, 6)),
    );
    expect(bits(after).y.dims).toEqual(shape);
  });

  it.each([
    [[1, 5, 2], 1],
    [[2, 3], 0],
  ])('over %j from axis %i stays as it is', (shape, axis) => {
    expect(upgradeOpset(softmax(shape, axis)).opsets.get('')).toBe(11);
  });
});
