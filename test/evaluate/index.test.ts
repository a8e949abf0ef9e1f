import { describe, expect, test } from 'vitest';
import {
  evaluateSplit,
  evaluationOf,
  floatReference,
  type Reference,
  type Scorer,
  walkOrder,
} from '../../src/evaluate/index.js';
import type { LoadedSplit } from '../../src/evaluate/run.js';
import type { Inference, TensorValue } from '../../src/inference/session.js';
import type { SampleSet } from '../../src/samples/open.js';

const value = (data: number[]): TensorValue => ({
  dtype: 'float32',
  shape: [data.length],
  data: Float32Array.from(data),
});

/** Sample i is the number i. */
const samples = { count: 400, load: async (i: number) => ({ x: value([i]) }) } as unknown as SampleSet;

/** Right where the output is above a side. */
const scorer: Scorer = {
  metric: 'top1',
  isOfAnswers: true,
  defaultDrop: 0.01,
  samples,
  indices: Array.from({ length: 400 }, (_, i) => i),
  outputs: [],
  notes: [],
  score: (outputs) => ((outputs.y.data as Float32Array)[0] > 0.5 ? 1 : 0),
};

const reference: Reference = {
  scores: scorer.indices.map(() => 1),
  outputs: async () => ({ y: value([1]) }),
  close: async () => {},
};

/** A split that is wrong for the samples that `isWrong` names, and counts what it runs. */
function splitOf(isWrong: (sample: number) => boolean) {
  const calls = { run: 0, closed: 0 };
  const split: LoadedSplit = {
    run: async (feeds) => {
      calls.run++;
      return { wire: {}, outputs: { y: value([isWrong((feeds.x.data as Float32Array)[0]) ? 0 : 1]) } };
    },
    close: async () => {
      calls.closed++;
    },
  };
  return { calls, open: async () => split };
}

/** Remembers one value. */
function memory() {
  let kept: { value: unknown } | undefined;
  return async <T>(compute: () => Promise<T>): Promise<T> => {
    kept ??= { value: await compute() };
    return kept.value as T;
  };
}

const fresh = <T>(compute: () => Promise<T>) => compute();

describe('evaluateSplit', () => {
  test('counts every sample of a split that may hold', async () => {
    const { calls, open } = splitOf((sample) => sample % 100 === 0);
    const evaluation = await evaluateSplit(open, scorer, reference, 0.02, fresh, () => {});
    expect(evaluation).toMatchObject({
      metric: 'top1',
      samples: 400,
      float: 1,
      quantized: 0.99,
      drop: 0.01,
      limit: 0.02,
    });
    expect(evaluation.interval[0]).toBeLessThan(0.01);
    expect(evaluation.interval[1]).toBeGreaterThan(0.01);
    expect(calls).toEqual({ run: 400, closed: 1 });
  });

  test('gives up a hopeless one early, with a limit alone, and sees samples of all parts by then', async () => {
    const { calls, open } = splitOf((sample) => sample % 2 === 0);
    const evaluation = await evaluateSplit(open, scorer, reference, 0.02, fresh, () => {});
    expect(evaluation.samples).toBeLessThanOrEqual(40);
    expect(calls.run).toBe(evaluation.samples);
    expect(evaluation.drop).toBeGreaterThan(0.3);
    expect(evaluation.interval[0]).toBeGreaterThan(0.02);
    expect((await evaluateSplit(open, scorer, reference, null, fresh, () => {})).samples).toBe(400);
    // Wrong in the last class alone: the first samples seen tell of it as well as of the others.
    const late = splitOf((sample) => sample >= 300);
    const found = await evaluateSplit(late.open, scorer, reference, 0.02, fresh, () => {});
    expect(found.samples).toBeLessThan(200);
    expect(found.drop).toBeGreaterThan(0.15);
    expect(found.drop).toBeLessThan(0.35);
  });

  test('does not load what is remembered, whose scores keep their samples', async () => {
    const { calls, open } = splitOf((sample) => sample === 399);
    const known = { ...reference, scores: scorer.indices.map((i) => (i === 399 ? 0 : 1)) };
    const remember = memory();
    const first = await evaluateSplit(open, scorer, known, 0.02, remember, () => {});
    const again = await evaluateSplit(open, scorer, known, 0.02, remember, () => {});
    expect(again).toEqual(first);
    // Both are wrong for the same sample.
    expect(first).toMatchObject({ float: 0.9975, quantized: 0.9975, drop: 0 });
    expect(calls.closed).toBe(1);
  });

  test('scores the whole set where a metric is no mean, and never gives up early', async () => {
    // The square of the share that is right.
    const dataset = {
      record: (outputs: Record<string, TensorValue>) => ((outputs.y.data as Float32Array)[0] > 0.5 ? 1 : 0),
      score: (records: readonly unknown[], weights?: ArrayLike<number>) => {
        const all = records.reduce<number>((sum, _, i) => sum + (weights?.[i] ?? 1), 0);
        return (records.reduce<number>((sum, record, i) => sum + (weights?.[i] ?? 1) * Number(record), 0) / all) ** 2;
      },
    };
    const whole = { ...scorer, dataset };
    const { open, calls } = splitOf((sample) => sample % 2 === 0);
    const known = { ...reference, records: scorer.indices.map(() => 1) };
    const evaluation = await evaluateSplit(open, whole, known, 0.02, fresh, () => {});
    expect(calls.run).toBe(400);
    expect(evaluation).toMatchObject({ float: 1, quantized: 0.25, drop: 0.75, accepted: false });
    expect(evaluation.interval[0]).toBeGreaterThan(0.65);
    expect(evaluation.interval[1]).toBeLessThan(0.85);
  });

  test('closes the split when scoring fails', async () => {
    const { calls, open } = splitOf(() => false);
    const failing = { ...scorer, score: () => Promise.reject(new Error('no')) };
    await expect(evaluateSplit(open, failing, reference, null, fresh, () => {})).rejects.toThrow('no');
    expect(calls.closed).toBe(1);
  });
});

describe('floatReference', () => {
  const network = (calls: { run: number; closed: number }) => async () =>
    ({
      run: async (feeds: Record<string, TensorValue>) => {
        calls.run++;
        return { y: value([(feeds.x.data as Float32Array)[0] % 2]) };
      },
      close: async () => {
        calls.closed++;
      },
    }) as unknown as Inference;

  test('scores all samples once, and neither loads nor runs anything that is remembered', async () => {
    const calls = { run: 0, closed: 0 };
    const remember = memory();
    const first = await floatReference(network(calls), scorer, remember, () => {});
    expect(first.scores).toEqual(scorer.indices.map((i) => i % 2));
    expect((await first.outputs(7)).y.data).toEqual(Float32Array.of(1));
    expect(calls.run).toBe(400);
    await first.close();
    const again = await floatReference(network(calls), scorer, remember, () => {});
    expect(again.scores).toEqual(first.scores);
    await again.close();
    expect(calls).toEqual({ run: 400, closed: 1 });
  });

  test('computes again what was not kept', async () => {
    const calls = { run: 0, closed: 0 };
    const reference = await floatReference(
      network(calls),
      scorer,
      async () => new Map() as never,
      () => {},
    );
    expect(reference.scores).toEqual(scorer.indices.map((i) => i % 2));
    await reference.close();
    expect(calls).toEqual({ run: 400, closed: 1 });
  });
});

test('the walk visits every sample once, far from its neighbours', () => {
  for (const count of [0, 1, 2, 3, 10, 97, 400, 1000]) {
    const order = walkOrder(count);
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
  }
  const quarters = new Set(
    walkOrder(400)
      .slice(0, 12)
      .map((i) => Math.floor(i / 100)),
  );
  expect(quarters.size).toBe(4);
});

test('means and interval are rounded to a millionth', () => {
  const third = evaluationOf(scorer, { float: [1, 1, 1], quantized: [1, 1, 0] }, null);
  expect([third.float, third.quantized, third.drop]).toEqual([1, 0.666667, 0.333333]);
});
