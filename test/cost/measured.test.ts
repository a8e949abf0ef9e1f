import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MeasuredRow } from '../../src/config/preset.js';
import { cloudSeconds, edgeSeconds, inferenceSeconds, type LayerShape } from '../../src/cost/layer.js';
import { measuredSeconds } from '../../src/cost/measured.js';
import { fitModel, predict, type Sized } from '../../src/cost/measured-fit.js';
import { rowOf } from '../../src/cost/measured-kinds.js';

const conv = (m: number, n: number, k: number, area = 9): LayerShape => ({
  op: 'Conv',
  inputElements: (m * k) / area,
  outputElements: m * n,
  parameters: n * k + n,
  macs: m * n * k,
  gemm: { m, n, k, count: 1 },
  conv: {
    inputHeight: m + 2,
    inputWidth: 3,
    channels: k / area,
    kernelHeight: Math.sqrt(area),
    kernelWidth: Math.sqrt(area),
    strideHeight: 1,
    strideWidth: 1,
    filters: n,
    groups: 1,
  },
});

const moved = (op: string, inputElements: number, outputElements = inputElements): LayerShape => ({
  op,
  inputElements,
  outputElements,
  parameters: 0,
  macs: 0,
});

const row = (shape: LayerShape, precision: MeasuredRow['precision'], seconds: number): MeasuredRow => ({
  ...rowOf(shape, precision),
  precision,
  seconds,
  p10: seconds,
  p90: seconds,
});

describe('a row of the table', () => {
  const shape = conv(196, 64, 288);
  const table = [
    row(shape, 'fp32', 3e-5),
    row(shape, 'int8', 1e-5),
    row(shape, 'mixed', 4e-5),
    row(conv(49, 64, 288), 'int8', 7e-6),
  ];
  const device = { kind: 'measured' as const, table, perInference: 8e-6 };

  it('says what its layer takes: quantized or in float on the edge, in float in the cloud', () => {
    const bits = { weights: 8, input: 8, output: 8 };
    expect(edgeSeconds(device, shape, bits)).toBe(1e-5);
    expect(edgeSeconds(device, shape, { ...bits, weights: 2 })).toBe(1e-5);
    expect(edgeSeconds(device, shape, { weights: 32, input: 32, output: 32, float: true })).toBe(4e-5);
    expect(cloudSeconds({ ...device, precision: 'fp32' }, shape)).toBe(3e-5);
    expect(inferenceSeconds(device)).toBe(8e-6);
  });

  it('is of one activation; on integer kernels a Clip is none', () => {
    const clipped = { ...shape, activation: 'Clip' };
    expect(measuredSeconds(device, clipped, 'int8')).toBe(1e-5);
    const both = { table: [...table, row(clipped, 'fp32', 5e-5)] };
    expect(measuredSeconds(both, clipped, 'fp32')).toBe(5e-5);
    expect(measuredSeconds(both, shape, 'fp32')).toBe(3e-5);
  });

  it('is of one window', () => {
    const pool = (size: number): LayerShape => ({
      ...moved('MaxPool', 4096),
      pool: { kernelHeight: size, kernelWidth: size, strideHeight: 1, strideWidth: 1 },
    });
    const pools = { table: [row(pool(3), 'fp32', 1e-5), row(pool(5), 'fp32', 3e-5)] };
    expect([3, 5].map((size) => measuredSeconds(pools, pool(size), 'fp32'))).toEqual([1e-5, 3e-5]);
    expect(measuredSeconds(pools, pool(9), 'fp32')).toBeGreaterThan(3e-5);
  });
});

describe('where the table has no row', () => {
  it('other precisions of the operator stand in before other operators do', () => {
    const resize = moved('Resize', 1000);
    const table = [row(resize, 'fp32', 4e-6), row(moved('MaxPool', 1000), 'int8', 1e-3)];
    expect(measuredSeconds({ table }, resize, 'int8')).toBeCloseTo(4e-6, 12);
    expect(measuredSeconds({ table }, resize, 'mixed')).toBeCloseTo(4e-6, 12);
  });

  it('operators that multiply stand in for one another, and so do those that move', () => {
    const table = [row(conv(100, 32, 288), 'fp32', 1e-4), row(moved('Concat', 8000), 'fp32', 1e-6)];
    const gemm: LayerShape = { ...conv(100, 32, 288), op: 'Gemm' };
    expect(measuredSeconds({ table }, gemm, 'fp32')).toBeCloseTo(1e-4, 6);
    expect(measuredSeconds({ table }, moved('Split', 8000), 'fp32')).toBeCloseTo(1e-6, 8);
  });

  it('what moves nothing is free unless it was measured', () => {
    const table = [row(moved('Concat', 8000), 'fp32', 1e-6)];
    expect(measuredSeconds({ table }, moved('Reshape', 8000), 'fp32')).toBe(0);
    expect(
      measuredSeconds({ table: [row(moved('Reshape', 4), 'fp32', 2e-7)] }, moved('Reshape', 8000), 'fp32'),
    ).toBeGreaterThan(1e-7);
    expect(measuredSeconds({ table: [] }, moved('Concat', 10), 'fp32')).toBe(0);
  });

  it('one row tells the level, similar operators how time grows', () => {
    const gemms = [1, 2, 4, 8].map((times) => row({ ...conv(64 * times, 32, 288), op: 'Gemm' }, 'fp32', 1e-5 * times));
    const table = [...gemms, row(conv(64, 32, 288), 'fp32', 5e-5)];
    const ratio = measuredSeconds({ table }, conv(256, 32, 288), 'fp32') / 5e-5;
    expect(ratio).toBeGreaterThan(3.5);
    expect(ratio).toBeLessThan(4.5);
  });

  it('layers that their neighbours compute count for the share of them that take time', () => {
    const table = [
      row(moved('Add', 1000), 'fp32', 0),
      row(moved('Add', 2000), 'fp32', 2e-6),
      row(moved('Add', 4000), 'fp32', 4e-6),
    ];
    expect(measuredSeconds({ table }, moved('Add', 8000), 'fp32') / (8e-6 * (2 / 3))).toBeCloseTo(1, 1);
  });
});

describe('what slows a layer down', () => {
  // 1 ns per multiply-accumulate of 100; channels that are no multiple of 16 cost half as much again, a Sigmoid 2 ns
  // per output.
  const time = (shape: LayerShape, ragged: boolean, gated: boolean) =>
    (shape.macs / 100) * (ragged ? 1.5 : 1) * 1e-9 + (gated ? shape.outputElements * 2e-9 : 0);
  const gated = (shape: LayerShape): LayerShape => ({ ...shape, activation: 'Sigmoid' });
  const sizes = [50, 200, 800, 3000].flatMap((m) => [16, 64, 256].map((n) => [m, n] as const));
  const even = sizes.map(([m, n]) => conv(m, n, 9 * 32));
  const ragged = sizes.map(([m, n]) => conv(m, n + 8, 9 * 32));
  const table = [
    ...even.map((shape) => row(shape, 'fp32', time(shape, false, false))),
    ...ragged.map((shape) => row(shape, 'fp32', time(shape, true, false))),
    ...even.map((shape) => row(gated(shape), 'fp32', time(shape, false, true))),
  ];
  const off = (shape: LayerShape, seconds: number) => Math.abs(measuredSeconds({ table }, shape, 'fp32') / seconds - 1);

  it('is told apart, and adds up in layers that have both', () => {
    const [plain, uneven] = [conv(400, 128, 9 * 32), conv(400, 120, 9 * 32)];
    expect(off(plain, time(plain, false, false))).toBeLessThan(0.1);
    expect(off(uneven, time(uneven, true, false))).toBeLessThan(0.1);
    expect(off(gated(plain), time(plain, false, true))).toBeLessThan(0.1);
    expect(off(gated(uneven), time(uneven, true, true))).toBeLessThan(0.15);
  });

  it('never makes it faster', () => {
    const without = { table: table.filter(({ activation }) => activation === undefined) };
    for (const shape of [conv(400, 128, 9 * 32), conv(10, 24, 9 * 32)]) {
      const seconds = measuredSeconds({ table }, shape, 'fp32');
      expect(measuredSeconds({ table }, gated(shape), 'fp32')).toBeGreaterThanOrEqual(seconds);
      // An activation that was never measured adds nothing that is known.
      expect(measuredSeconds(without, gated(shape), 'fp32')).toBeCloseTo(seconds, 12);
    }
  });
});

const positive = (max: number) => fc.double({ min: 0, max, noNaN: true, noDefaultInfinity: true });
const size = fc.integer({ min: 1, max: 5000 });
const sized = fc.record({ m: size, n: fc.integer({ min: 1, max: 512 }), k: fc.integer({ min: 1, max: 512 }) });
const sizedRow = ({
  m,
  n,
  k,
}: {
  m: number;
  n: number;
  k: number;
}): Sized & { gemm: readonly [number, number, number, number] } => ({
  elements: [m * k, m * n, n * k],
  macs: m * n * k,
  gemm: [m, n, k, 1],
});
const seconds = fc.double({ min: 1e-7, max: 1, noNaN: true });

describe('interpolation', () => {
  it('never gives less than nothing, nor less for a larger layer', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(sized, fc.oneof(seconds, fc.constant(0))), { minLength: 1, maxLength: 12 }),
        fc.option(fc.array(fc.tuple(sized, seconds), { minLength: 1, maxLength: 6 }), { nil: undefined }),
        sized,
        fc.tuple(size, size, size, size),
        (rows, wider, at, [macs, inputs, outputs, parameters]) => {
          const timed = (list: typeof rows) => list.map(([shape, value]) => ({ ...sizedRow(shape), seconds: value }));
          const model = fitModel(timed(rows), wider && fitModel(timed(wider)));
          expect(model.weights.every((weight) => weight >= 0 && Number.isFinite(weight))).toBe(true);
          const small = sizedRow(at);
          const value = predict(model, small);
          expect(value).toBeGreaterThanOrEqual(0);
          const [i, o, p] = small.elements;
          for (const larger of [
            { ...small, macs: small.macs + macs },
            { ...small, elements: [i + inputs, o, p] as const },
            { ...small, elements: [i, o + outputs, p] as const },
            { ...small, elements: [i, o, p + parameters] as const },
            sizedRow({ m: at.m + inputs, n: at.n + outputs, k: at.k + parameters }),
          ])
            expect(predict(model, larger)).toBeGreaterThanOrEqual(value);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('finds the parts that times are the sum of', () => {
    const parts = fc.tuple(positive(1e-5), positive(1e-10), positive(1e-9), positive(1e-9));
    fc.assert(
      fc.property(parts, sized, ([fixed, perMac, perInput, perOutput], at) => {
        const truth = ({ macs, elements: [inputs, outputs] }: Sized) =>
          1e-7 + fixed + perMac * macs + perInput * inputs + perOutput * outputs;
        // A full grid, so that no part can stand for another.
        const grid = [1, 7, 50, 400, 3000].flatMap((m) =>
          [1, 10, 100, 500].flatMap((n) => [1, 20, 300].map((k) => sizedRow({ m, n, k }))),
        );
        const model = fitModel(grid.map((shape) => ({ ...shape, seconds: truth(shape) })));
        const error = Math.abs(predict(model, sizedRow(at)) / truth(sizedRow(at)) - 1);
        expect(error).toBeLessThan(0.15);
      }),
      { numRuns: 60 },
    );
  });
});
