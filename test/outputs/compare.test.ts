import { describe, expect, it } from 'vitest';
import type { TensorValue } from '../../src/inference/session.js';
import { describeValues } from '../../src/outputs/channels.js';
import { evidence } from '../../src/outputs/classes.js';
import { classEvidence, comparisonName, outputLoss, outputScore } from '../../src/outputs/compare.js';
import type { OutputFact } from '../../src/outputs/fact.js';
import { random } from '../onnx/harness.js';

const floats = (shape: number[], values: ArrayLike<number>): Record<string, TensorValue> => ({
  y: { dtype: 'float32', shape, data: Float32Array.from(values) },
});
const classes: OutputFact[] = [{ name: 'y', kind: 'classes', axis: 1 }];

describe('scores of classes', () => {
  const of = (a: number[], b: number[], shape = [1, a.length]) =>
    outputScore(classes, floats(shape, b), floats(shape, a));

  it('agree where the largest value is at the same place, the first among equals', () => {
    expect(of([1, 9, 3], [0.1, 0.7, 0.2])).toBe(1);
    expect(of([1, 9, 3], [0.4, 0.3, 0.2])).toBe(0);
    expect(of([0.6, 0.4], [0.5, 0.5])).toBe(1);
  });
  it('agree by the share of positions', () => {
    // Two classes at three pixels: planes [1, 0, 1] and [0, 1, 0].
    expect(of([1, 0, 1, 0, 1, 0], [1, 0, 0, 0, 1, 1], [1, 2, 1, 3])).toBeCloseTo(2 / 3, 9);
  });
  it('that are no number are wrong unless they are none in float either', () => {
    expect(of([Number.NaN, 1], [Number.NaN, 1])).toBe(1);
    expect(of([2, 1], [Number.NaN, 1])).toBe(0);
    expect(of([Number.NaN, 1], [2, 1])).toBe(0);
  });
  it('lose before any decision changes, per position', () => {
    const exact = floats([1, 3], [3, 0, 1]);
    const loss = (values: number[]) => outputLoss(classes, floats([1, 3], values), exact);
    expect(loss([3, 0, 1])).toBeLessThan(1e-9);
    expect(loss([2.5, 0, 1])).toBeGreaterThan(1e-3);
    expect(loss([1.5, 0, 1])).toBeGreaterThan(loss([2.5, 0, 1]));
    const two = outputLoss(classes, floats([1, 3, 2], [2.5, 3, 0, 0, 1, 1]), floats([1, 3, 2], [3, 3, 0, 0, 1, 1]));
    expect(two).toBeCloseTo(loss([2.5, 0, 1]) / 2, 6);
  });
  it('tell margin and noise, in logarithms where they are probabilities', () => {
    // Changes 1, 1, 4: less their mean -1, -1, 2.
    const found = classEvidence(classes, floats([1, 3], [6, 3, 5]), floats([1, 3], [5, 2, 1]));
    expect(found?.margin).toBe(3);
    expect(found?.noise).toBeCloseTo(Math.sqrt(2), 6);
    expect(found?.spread).toBeCloseTo(Math.sqrt(26) / 3, 6);
    const logits = [2, 0.5, -1];
    const softmax = (values: number[]) =>
      values.map((v) => Math.exp(v) / values.reduce((sum, w) => sum + Math.exp(w), 0));
    const made = [2.5, 0.25, -1.5];
    const soft = classEvidence(classes, floats([1, 3], softmax(made)), floats([1, 3], softmax(logits)));
    const plain = classEvidence(classes, floats([1, 3], made), floats([1, 3], logits));
    expect(soft?.margin).toBeCloseTo(plain?.margin ?? 0, 4);
    expect(soft?.noise).toBeCloseTo(plain?.noise ?? 0, 4);
    expect(classEvidence([{ name: 'y', kind: 'labels' }], {}, {})).toBeUndefined();
  });
});

describe('labels', () => {
  const mask = (...values: number[]): Record<string, TensorValue> => ({
    y: { dtype: 'int64', shape: [1, values.length], data: BigInt64Array.from(values, BigInt) },
  });
  it('count by the share that is equal', () => {
    const fact: OutputFact[] = [{ name: 'y', kind: 'labels' }];
    expect(outputScore(fact, mask(1, 2, 3, 4), mask(1, 2, 3, 5))).toBe(0.75);
    expect(outputLoss(fact, mask(1, 2, 3, 4), mask(1, 2, 3, 5))).toBe(0.25);
    // Rows that one side alone has.
    expect(outputScore(fact, mask(1, 2), mask(1, 2, 3, 4))).toBe(0.5);
    const words = (...data: string[]) => ({
      y: { dtype: 'string', shape: [data.length], data } as unknown as TensorValue,
    });
    expect(outputScore(fact, words('a', 'b'), words('a', 'c'))).toBe(0.5);
  });
  it('lose as the scores in front of them do', () => {
    const fact: OutputFact[] = [{ name: 'y', kind: 'labels', scores: { tensor: 's', axis: 1 } }];
    const [exact, made] = [floats([1, 3], [3, 0, 1]), floats([1, 3], [2.5, 0, 1])];
    expect(outputLoss(fact, { ...mask(0), s: made.y }, { ...mask(0), s: exact.y })).toBeCloseTo(
      outputLoss(classes, made, exact),
      9,
    );
    expect(outputLoss(fact, mask(0), { ...mask(0), s: exact.y })).toBe(0);
  });
});

describe('embeddings', () => {
  it('count by the cosine', () => {
    const fact: OutputFact[] = [{ name: 'y', kind: 'embedding', axis: 1 }];
    expect(outputScore(fact, floats([1, 2], [3, 4]), floats([1, 2], [0.6, 0.8]))).toBeCloseTo(1, 6);
    expect(outputScore(fact, floats([1, 2], [1, 0]), floats([1, 2], [0.6, 0.8]))).toBeCloseTo(0.6, 6);
    expect(outputScore(fact, floats([1, 2], [Number.NaN, 0]), floats([1, 2], [0.6, 0.8]))).toBe(0);
  });
});

describe('values', () => {
  const next = random(8);
  const normal = () => Array.from({ length: 12 }, next).reduce((a, b) => a + b, -6);
  const [channels, positions] = [6, 200];
  const shape = [1, channels, positions];
  const sample = () =>
    Float32Array.from({ length: channels * positions }, (_, i) =>
      i < 2 * positions ? 300 + 100 * normal() : 0.5 + 0.1 * normal(),
    );
  const runs = Array.from({ length: 6 }, () => ({ shape, values: sample() }));
  const fact: OutputFact[] = [{ name: 'y', ...describeValues(runs) }];
  const loss = (change: (value: number, i: number) => number) => {
    const exact = floats(shape, runs[0].values);
    const made = floats(shape, runs[0].values.map(change));
    expect(outputScore(fact, made, exact)).toBeCloseTo(1 - outputLoss(fact, made, exact), 12);
    return outputLoss(fact, made, exact);
  };

  it('count each channel by its own spread, however far apart their scales are', () => {
    expect(loss((value) => value)).toBe(0);
    // A tenth of the spread of a channel, in all: 0.01. Scores alone, four of six channels.
    expect(loss((value, i) => value + (i < 2 * positions ? 10 : 0.01))).toBeCloseTo(0.01, 2);
    const scoresLost = loss((value, i) => (i < 2 * positions ? value : 0.5));
    expect(scoresLost).toBeGreaterThan(0.6);
    expect(scoresLost).toBeLessThan(0.7);
    // The same as a relative error over all is nothing.
    let [noise, signal] = [0, 0];
    for (const [i, value] of runs[0].values.entries()) {
      if (i >= 2 * positions) noise += (value - 0.5) ** 2;
      signal += value ** 2;
    }
    expect(noise / signal).toBeLessThan(1e-6);
  });
  it('lose no more than all, and all where there is no number any more', () => {
    expect(loss((value) => 1e6 * value)).toBe(1);
    expect(loss(() => Number.NaN)).toBe(1);
    expect(loss((value, i) => (i === 0 ? Number.POSITIVE_INFINITY : value))).toBeCloseTo(1 / positions / channels, 2);
  });
  it('that are the same infinity or no number in float have lost nothing', () => {
    const odd = floats(
      shape,
      runs[0].values.map((value, i) => (i === 3 ? Number.NaN : i === 5 ? Number.NEGATIVE_INFINITY : value)),
    );
    expect(outputLoss(fact, odd, odd)).toBe(0);
  });

  it('of scores that are seldom high count the high ones', () => {
    const count = 400;
    const rare = [1, 5, count];
    const scores = (high: number) =>
      Float32Array.from({ length: 5 * count }, (_, i) =>
        i < 4 * count ? 300 + 90 * normal() : i % 133 === 7 ? high : 1e-3 * next(),
      );
    const found = describeValues(Array.from({ length: 8 }, () => ({ shape: rare, values: scores(0.9) })));
    expect(found).toMatchObject({ axis: 1, sparse: [4] });
    const exact = scores(0.9);
    const made = (change: (value: number) => number) =>
      floats(
        rare,
        exact.map((value, i) => (i < 4 * count ? value : change(value))),
      );
    const lost = (change: (value: number) => number) =>
      outputLoss([{ name: 'y', ...found }], made(change), floats(rare, exact));
    expect(lost((value) => Math.min(value, 0.01))).toBeGreaterThan(0.4);
    expect(lost((value) => value + 1e-3)).toBeLessThan(0.01);
  });
  it('of fewer or more rows count those that both have', () => {
    const rows = (count: number) =>
      floats(
        [count, 2],
        Array.from({ length: 2 * count }, (_, i) => (i % 2 ? i : 0.1 * i)),
      );
    const dynamic: OutputFact[] = [
      {
        name: 'y',
        ...describeValues([4, 6].map((count) => ({ shape: [count, 2], values: rows(count).y.data as Float32Array }))),
      },
    ];
    expect(outputScore(dynamic, rows(4), rows(4))).toBe(1);
    expect(outputScore(dynamic, rows(3), rows(4))).toBeCloseTo(0.75, 9);
    expect(outputScore(dynamic, rows(0), rows(4))).toBe(0);
  });
});

it('several outputs count alike', () => {
  const facts: OutputFact[] = [
    { name: 'y', kind: 'classes', axis: 1 },
    { name: 'z', kind: 'embedding', axis: 1 },
  ];
  const exact = { ...floats([1, 2], [1, 0]), z: floats([1, 2], [1, 0]).y };
  const made = { ...floats([1, 2], [1, 0]), z: floats([1, 2], [0, 1]).y };
  expect(outputScore(facts, made, exact)).toBe(0.5);
  expect(comparisonName(facts)).toBe('fidelity');
  expect(comparisonName([facts[0], { name: 'm', kind: 'labels' }])).toBe('agreement');
});

it('a softmax in steps of 1/256 is one: its answers move as they are seen to, not as its many zeros do', () => {
  const row = (values: Record<number, number>) => {
    const data = new Float32Array(1001);
    for (const [at, value] of Object.entries(values)) data[Number(at)] = value / 256;
    return { dtype: 'float32' as const, shape: [1, 1001], data };
  };
  const found = evidence(row({ 3: 120, 7: 100, 9: 10 }), row({ 3: 90, 7: 130, 9: 9 }), 1);
  expect(found).toMatchObject({ isChanged: true });
  expect(found?.shift).toBeCloseTo(Math.log(90 / 130) - Math.log(120 / 100), 5);
  expect(found?.gap).toBeCloseTo(20 / 230, 5);
});
