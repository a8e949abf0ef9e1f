import { describe, expect, test } from 'vitest';
import { agreement, fidelity, isClassifier } from '../../src/evaluate/judge.js';
import type { TensorValue } from '../../src/inference/session.js';
import type { Fact, Graph } from '../../src/onnx/graph.js';

const graph = (...outputs: [Fact['dtype'], Fact['shape']][]): Graph => ({
  name: 'g',
  nodes: [],
  inputs: [],
  initializers: new Map(),
  values: new Map(),
  outputs: outputs.map(([dtype, shape], i) => ({ name: `y${i}`, dtype, shape })),
});

test('one row of float scores is a classifier; maps, sequences, several outputs and single numbers are none', () => {
  const shapes: Fact['shape'][] = [[1, 1000], [10], [1, 12, 1, 1]];
  for (const shape of shapes) expect(isClassifier(graph(['float32', shape]))).toBe(true);
  const others: Fact['shape'][] = [[1, 35, 24], [1, 1], [], [1, 'n'], undefined];
  for (const shape of others) expect(isClassifier(graph(['float32', shape]))).toBe(false);
  expect(isClassifier(graph(['int64', [1, 10]]))).toBe(false);
  expect(isClassifier(graph(['float32', [1, 10]], ['float32', [1, 10]]))).toBe(false);
});

const outputs = (...data: number[]): Record<string, TensorValue> => ({
  y: { dtype: 'float32', shape: [1, data.length], data: Float32Array.from(data) },
});

describe('without labels', () => {
  test('a classifier agrees where its largest value is at the same place', () => {
    expect(agreement(outputs(0.1, 0.7, 0.2), outputs(1, 9, 3))).toBe(1);
    expect(agreement(outputs(0.4, 0.3, 0.2), outputs(1, 9, 3))).toBe(0);
    expect(agreement(outputs(0.5, 0.5), outputs(0.6, 0.4))).toBe(1);
  });

  test('other outputs are as good as their relative error is small', () => {
    expect(fidelity(outputs(3, 4), outputs(3, 4))).toBe(1);
    expect(fidelity(outputs(3, 4.5), outputs(3, 4))).toBeCloseTo(0.99, 6);
    expect(fidelity(outputs(-30, 40), outputs(3, 4))).toBe(0);
  });
});
