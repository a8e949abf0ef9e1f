import { describe, expect, it } from 'vitest';
import type { TensorValue } from '../../src/inference/session.js';
import type { ElementType, Graph, Node } from '../../src/onnx/graph.js';
import { describeOutputs, rowOfScores } from '../../src/outputs/describe.js';
import { scoreTensors } from '../../src/outputs/origin.js';
import { node, random } from '../onnx/harness.js';

const graph = (dtype: ElementType, shape: (number | string)[], nodes: Node[] = []): Graph => ({
  name: 'g',
  nodes,
  inputs: [],
  initializers: new Map(),
  values: new Map([['scores', { name: 'scores', dtype: 'float32', shape: undefined }]]),
  outputs: [{ name: 'y', dtype, shape }],
});

const size = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

/** `count` samples whose element i is `value(i, sample)`. */
function runs(
  shape: number[],
  value: (i: number, sample: number) => number,
  dtype: ElementType = 'float32',
  count = 8,
) {
  return Array.from({ length: count }, (_, sample): Record<string, TensorValue> => {
    const numbers = Array.from({ length: size(shape) }, (_, i) => value(i, sample));
    const data =
      dtype === 'uint8'
        ? Uint8Array.from(numbers)
        : dtype === 'int64'
          ? BigInt64Array.from(numbers, BigInt)
          : Float32Array.from(numbers);
    return { y: { dtype, shape, data } };
  });
}

const kindOf = (
  shape: number[],
  value: (i: number, sample: number) => number,
  dtype: ElementType = 'float32',
  nodes: Node[] = [],
) => describeOutputs(graph(dtype, shape, nodes), runs(shape, value, dtype))[0];

const noise = () => {
  const next = random(5);
  return () => next() + next() + next() - 1.5;
};

/** Softmax of noise along one axis of a shape. */
function softmax(shape: number[], axis: number) {
  const inner = size(shape.slice(axis + 1));
  const known = new Map<number, Float64Array>();
  const next = random(6);
  return (i: number, sample: number) => {
    const all = known.get(sample) ?? Float64Array.from({ length: size(shape) }, () => Math.exp(4 * next()));
    known.set(sample, all);
    const start = Math.floor(i / (inner * shape[axis])) * inner * shape[axis] + (i % inner);
    let sum = 0;
    for (let k = 0; k < shape[axis]; k++) sum += all[start + k * inner];
    return all[i] / sum;
  };
}

describe('floats', () => {
  it('of one row are scores of classes', () => {
    for (const shape of [[1, 10], [10], [1, 10, 1, 1]])
      expect(kindOf(shape, noise())).toMatchObject({ kind: 'classes', axis: shape.indexOf(10) });
  });
  it('of one row that keep to values of their own are measurements', () => {
    const next = noise();
    expect(kindOf([1, 4], (i) => 100 * i + next())).toMatchObject({ kind: 'values', axis: 1 });
    expect(kindOf([1, 1], next)).toMatchObject({ kind: 'values' });
  });
  it('are scores of classes along the axis of a softmax, wherever that lies', () => {
    expect(kindOf([1, 5, 6, 7], softmax([1, 5, 6, 7], 1))).toMatchObject({ kind: 'classes', axis: 1 });
    expect(kindOf([1, 6, 5], softmax([1, 6, 5], 2))).toMatchObject({ kind: 'classes', axis: 2 });
    const probability = softmax([1, 6, 7, 5], 3);
    expect(kindOf([1, 6, 7, 5], (i, sample) => Math.log(probability(i, sample)))).toMatchObject({
      kind: 'classes',
      axis: 3,
    });
  });
  it('are scores of classes where the graph decides between them', () => {
    expect(kindOf([1, 5, 6, 7], noise())).toMatchObject({ kind: 'values' });
    const decided = [node('ArgMax', ['y'], ['z'], [['axis', 1]])];
    expect(kindOf([1, 5, 6, 7], noise(), 'float32', decided)).toMatchObject({ kind: 'classes', axis: 1 });
  });
  it('of unit length are embeddings', () => {
    const vectors = Array.from({ length: 8 }, (_, sample) =>
      Array.from({ length: 16 }, (_, i) => Math.sin(1 + i * (sample + 1.3))),
    );
    const value = (i: number, sample: number) => vectors[sample][i] / Math.hypot(...vectors[sample]);
    expect(kindOf([1, 16], value)).toEqual({ name: 'y', kind: 'embedding', axis: 1 });
  });
  it.each([
    [[1, 6, 50], 1],
    [[1, 50, 6], 2],
    [[1, 6, 5, 10], 1],
    [[1, 5, 10, 6], 3],
  ])('have their channels where values differ most: %j at %i', (shape, axis) => {
    const next = noise();
    const inner = size(shape.slice(axis + 1));
    const found = kindOf(shape, (i) => (Math.floor(i / inner) % 6 < 2 ? 300 + 100 * next() : 0.3 * next()));
    expect(found).toMatchObject({ kind: 'values', axis, sparse: [] });
    if (found.kind !== 'values') return;
    expect(Math.sqrt(found.variances[0])).toBeGreaterThan(40);
    expect(Math.sqrt(found.variances[5])).toBeLessThan(0.2);
  });
  it('that are a picture of one channel have no channels', () => {
    const depth = (i: number, sample: number) => Math.floor(i / 20) + Math.sin(sample + (i % 20) / 6);
    const found = kindOf([1, 1, 20, 20], depth);
    expect(found).toMatchObject({ kind: 'values' });
    expect(found).not.toHaveProperty('axis');
  });
  it('give a spread to channels that are constant, and say which are nearly always about 0', () => {
    const next = noise();
    const found = kindOf(
      [1, 4, 300],
      (i, sample) => [300 + 50 * next(), 7, i % 97 === sample ? 0.9 : 1e-3 * (i % 3), 0][Math.floor(i / 300)],
    );
    expect(found).toMatchObject({ kind: 'values', axis: 1, sparse: [2, 3] });
    if (found.kind !== 'values') return;
    expect(found.variances[1]).toBe(found.variances[2]);
    for (const variance of found.variances) expect(variance).toBeGreaterThan(0);
  });
});

describe('integers', () => {
  const argmax = [node('ArgMax', ['scores'], ['m'], [['axis', 1]]), node('Cast', ['m'], ['y'])];

  it('of an ArgMax are labels, with the scores in front of it', () => {
    const samples = runs([1, 1, 6, 7], (i) => i % 5, 'int64').map((outputs) => ({
      ...outputs,
      scores: { dtype: 'float32' as const, shape: [1, 5, 6, 7], data: new Float32Array(210) },
    }));
    const network = graph('int64', [1, 1, 6, 7], argmax);
    network.nodes.unshift(node('Conv', ['x', 'w'], ['scores']));
    expect(scoreTensors(network)).toEqual(['scores']);
    expect(describeOutputs(network, samples)).toEqual([
      { name: 'y', kind: 'labels', scores: { tensor: 'scores', axis: 1 } },
    ]);
  });
  it('that are many and smooth are values, as of a picture; others are labels', () => {
    const smooth = (i: number, sample: number) =>
      Math.round(127 + 100 * Math.sin(sample + i / 300) * Math.cos((i % 32) / 10));
    expect(kindOf([1, 3, 32, 32], smooth, 'uint8')).toMatchObject({ kind: 'values' });
    const next = random(3);
    const mask = (i: number) =>
      ((Math.floor(i / 256) * 7919 + Math.floor((i % 32) / 8) * 104729) % 150) + (i < 40 ? Math.floor(next() * 99) : 0);
    expect(kindOf([1, 32, 32], mask, 'uint8')).toEqual({ name: 'y', kind: 'labels' });
    expect(kindOf([1, 20], (i, sample) => (i * i * 7919 + sample * 104729) % 1000, 'int64')).toEqual({
      name: 'y',
      kind: 'labels',
    });
  });
  it('that QuantizeLinear makes stand for values', () => {
    const codes = (i: number, sample: number) => (i * 37 + sample * 11) % 251;
    expect(kindOf([1, 10], codes, 'uint8', [node('QuantizeLinear', ['f'], ['y'])])).toMatchObject({
      kind: 'classes',
      axis: 1,
    });
  });
});

it('a metric of classes takes the first output as a row of scores, by its shape alone', () => {
  expect(rowOfScores(graph('float32', [1, 12, 1, 1]))).toEqual({ name: 'y', kind: 'classes', axis: 1 });
  expect(rowOfScores(graph('float32', [1, 12, 7]))).toBeUndefined();
  expect(rowOfScores(graph('float32', ['n', 12]))).toBeUndefined();
});
