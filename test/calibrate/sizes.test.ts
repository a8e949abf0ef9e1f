import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type PayloadTensor, payloadSamples, payloadSizes } from '../../src/calibrate/payload.js';
import { encodedSize, fixedSize, inputSamples } from '../../src/calibrate/sizes.js';
import type { SampleSet } from '../../src/samples/types.js';
import { spreadIndices } from '../../src/util/spread.js';

test('mean, median and 95th percentile by nearest rank', () => {
  expect(encodedSize([30])).toEqual({ mean: 30, p50: 30, p95: 30 });
  expect(encodedSize([40, 10, 20, 30])).toEqual({ mean: 25, p50: 20, p95: 40 });
  const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);
  expect(encodedSize(hundred)).toEqual({ mean: 51, p50: 50, p95: 95 });
  expect(fixedSize(7)).toEqual({ mean: 7, p50: 7, p95: 7 });
});

test('sizes keep ten significant bits, so that machines agree', () => {
  expect(encodedSize([100_001, 100_001])).toEqual(encodedSize([100_000, 100_000]));
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 1e7 }), { minLength: 1, maxLength: 40 }), (sizes) => {
      const { mean, p50, p95 } = encodedSize(sizes);
      expect(p50).toBeLessThanOrEqual(p95);
      const exact = sizes.reduce((a, b) => a + b, 0) / sizes.length;
      expect(Math.abs(mean - exact)).toBeLessThanOrEqual(1 + exact / 1024);
    }),
  );
});

test('what is an input in another form is measured on as many samples as the input, and on the same', async () => {
  const tensor = (name: string): PayloadTensor => ({
    name,
    shape: [1, 16000],
    elements: 16000,
    plainBytes: 1,
    quantizers: new Map(),
    bits: [8],
  });
  const tensors = [tensor('moved'), ...Array.from({ length: 2000 }, (_, i) => tensor(`t${i}`))];
  const counts = payloadSamples(tensors, 40, new Set(['moved']));
  expect(counts.get('moved')).toBe(inputSamples(16000, 40));
  expect(counts.get('moved')).toBeGreaterThan(8);
  expect(counts.get('t0')).toBe(1);

  const loaded: Record<string, number[]> = {};
  let current = -1;
  const samples = {
    count: 40,
    load: async (index: number) => {
      current = index;
      return {};
    },
  } as unknown as SampleSet;
  const inference = {
    run: async (_: unknown, fetches: readonly string[] = []) => {
      for (const name of fetches) loaded[name] = [...(loaded[name] ?? []), current];
      return Object.fromEntries(
        fetches.map((name) => [name, { dtype: 'uint8' as const, shape: [4], data: new Uint8Array(4) }]),
      );
    },
  };
  const few = tensors.slice(0, 2).map((each) => ({ ...each, shape: [1, 4], elements: 4 }));
  await payloadSizes(inference, samples, few, counts, () => {});
  expect(loaded.moved).toEqual(spreadIndices(40, inputSamples(16000, 40)));
  expect(loaded.t0).toEqual([0]);
});
