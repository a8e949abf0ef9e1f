import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RooflineDevice, SystolicDevice } from '../../src/cost/device.js';
import { cloudSeconds, edgeSeconds, type LayerShape } from '../../src/cost/layer.js';
import { peakOperations } from '../../src/cost/roofline.js';
import { computeCycles } from '../../src/cost/systolic/v2-cycles.js';

const eyeriss: SystolicDevice = {
  kind: 'systolic',
  array: { rows: 12, columns: 14 },
  dataflow: 'ws',
  clock: 200e6,
  sram: { ifmap: 36864, filter: 36864, ofmap: 36864 },
  bandwidth: 1e9,
};

const processor: RooflineDevice = {
  kind: 'roofline',
  peak: { fp32: 10e9, int8: 40e9 },
  efficiency: { default: 0.5, Conv: 0.8, DepthwiseConv: 0.1 },
  overhead: 1e-5,
  bandwidth: 2e9,
};

const conv = (m: number, n: number, k: number, groups = 1): LayerShape => ({
  op: groups > 1 && n === 1 ? 'DepthwiseConv' : 'Conv',
  inputElements: m * k * groups,
  outputElements: m * n * groups,
  parameters: n * k * groups,
  macs: m * n * k * groups,
  gemm: { m, n, k, count: groups },
});

const layer = (op: string, inputElements: number, outputElements: number): LayerShape => ({
  op,
  inputElements,
  outputElements,
  parameters: 0,
  macs: 0,
});

const at = (weights: number, activations: number) => ({ weights, input: activations, output: activations });

describe('a systolic array', () => {
  it('is bound by its cycles where there is much to compute', () => {
    const shape = { ...conv(784, 28, 1152), inputElements: 784 * 128 };
    const cycles = Math.ceil(1152 / 12) * 2 * (784 + 2 * 12 + 14 - 2) - 1;
    expect(computeCycles(eyeriss, { m: 784, n: 28, k: 1152, count: 1 })).toBe(cycles);
    // 12 x 14 weights of one byte come first.
    expect(edgeSeconds(eyeriss, shape, at(8, 8))).toBeCloseTo(cycles / 200e6 + (12 * 14) / 1e9, 12);
    expect(edgeSeconds(eyeriss, shape, at(2, 8))).toBeCloseTo(cycles / 200e6 + (12 * 14 * 2) / 8 / 1e9, 12);
  });
  it('is bound by its weights in a fully connected layer, so that their bits count', () => {
    const shape: LayerShape = { ...conv(1, 1000, 2048), op: 'Gemm', inputElements: 2048 };
    const bytes = (bits: number) => (1000 * 2048 * bits) / 8 + 2048 + 1000;
    const first = (bits: number) => (12 * 14 * bits) / 8;
    const slow = { ...eyeriss, bandwidth: 1e7 };
    for (const bits of [2, 4, 8])
      expect(edgeSeconds(slow, shape, at(bits, 8))).toBeCloseTo((bytes(bits) + first(bits)) / 1e7, 9);
  });
  it('reads inputs once per column fold where they do not fit', () => {
    const shape = conv(1000, 140, 64);
    const slow = { ...eyeriss, bandwidth: 1e6 };
    const seconds = (input: number) => (8960 + input * 64000 + 140000 + 12 * 14) / 1e6;
    expect(edgeSeconds(slow, shape, at(8, 8))).toBeCloseTo(seconds(10), 9);
    const large = { ...slow, sram: { ...slow.sram, ifmap: 2 ** 20, ofmap: 2 ** 20 } };
    expect(edgeSeconds(large, shape, at(8, 8))).toBeCloseTo(seconds(1), 9);
    // At 2 bits 64,000 elements fit half of 36 KiB.
    expect(edgeSeconds(slow, shape, { weights: 8, input: 2, output: 8 })).toBeCloseTo(seconds(1 / 4), 9);
  });
  it('runs groups one after the other', () => {
    const one = computeCycles(eyeriss, { m: 196, n: 4, k: 36, count: 1 });
    expect(computeCycles(eyeriss, { m: 196, n: 4, k: 36, count: 32 })).toBe(32 * one);
    const depthwise = edgeSeconds(eyeriss, conv(3136, 1, 9, 64), at(8, 8));
    expect(depthwise).toBeGreaterThan((64 * 3136) / 200e6);
  });
  it('reads both operands of a product of activations', () => {
    const shape: LayerShape = {
      op: 'MatMul',
      inputElements: 2 * 4096,
      outputElements: 4096,
      parameters: 0,
      macs: 64 ** 3,
      gemm: { m: 64, n: 64, k: 64, count: 1 },
    };
    const slow = { ...eyeriss, bandwidth: 1e5 };
    expect(edgeSeconds(slow, shape, at(2, 8))).toBeCloseTo((3 * 4096 + 12 * 14) / 1e5, 9);
  });
  it('takes the shape of the convolution where there is no product', () => {
    const { gemm, ...rest } = conv(36, 8, 27);
    const window = {
      inputHeight: 8,
      inputWidth: 8,
      channels: 3,
      kernelHeight: 3,
      kernelWidth: 3,
      strideHeight: 1,
      strideWidth: 1,
      filters: 8,
      groups: 1,
    };
    const shape = { ...rest, inputElements: 192 };
    expect(gemm).toBeDefined();
    expect(edgeSeconds(eyeriss, { ...shape, conv: window }, at(8, 8))).toBe(
      edgeSeconds(eyeriss, { ...shape, gemm, conv: window }, at(8, 8)),
    );
  });
  it('moves the data of pooling, resizing and sums at its bandwidth', () => {
    for (const op of ['MaxPool', 'Add', 'Resize', 'Softmax'])
      expect(edgeSeconds(eyeriss, layer(op, 4000, 1000), at(8, 8))).toBeCloseTo(5e-6, 12);
    expect(edgeSeconds(eyeriss, layer('Softmax', 4000, 1000), { ...at(32, 32), float: true })).toBeCloseTo(2e-5, 12);
  });
  it('never gets slower with fewer bits or faster with less memory', () => {
    const shape = fc.record({
      m: fc.integer({ min: 1, max: 4000 }),
      n: fc.integer({ min: 1, max: 600 }),
      k: fc.integer({ min: 1, max: 2000 }),
    });
    const bits = fc.constantFrom(2, 4, 6, 8);
    const dataflow = fc.constantFrom('os' as const, 'ws' as const, 'is' as const);
    fc.assert(
      fc.property(shape, dataflow, bits, bits, bits, (s, flow, w, a, other) => {
        const device = { ...eyeriss, dataflow: flow, bandwidth: 2e8 };
        const seconds = edgeSeconds(device, conv(s.m, s.n, s.k), at(w, a));
        expect(
          edgeSeconds(device, conv(s.m, s.n, s.k), at(Math.min(w, other), Math.min(a, other))),
        ).toBeLessThanOrEqual(seconds);
        const half = { ifmap: 18432, filter: 18432, ofmap: 18432 };
        expect(edgeSeconds({ ...device, sram: half }, conv(s.m, s.n, s.k), at(w, a))).toBeGreaterThanOrEqual(seconds);
        // Neither below the array's own peak nor below one read of everything.
        expect(seconds).toBeGreaterThan((s.m * s.n * s.k) / (168 * device.clock) - 1 / device.clock);
        expect(seconds).toBeGreaterThanOrEqual((s.n * s.k * w + (s.m * s.k + s.m * s.n) * a) / 8 / device.bandwidth);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a roofline', () => {
  it('takes the longer of arithmetic and traffic, by precision and operator', () => {
    const shape = { ...conv(1000, 100, 900), inputElements: 10000 };
    const ops = 2 * 1000 * 100 * 900;
    expect(edgeSeconds(processor, shape, at(8, 8))).toBeCloseTo(ops / (40e9 * 0.8) + 1e-5, 12);
    expect(edgeSeconds(processor, shape, { ...at(32, 32), float: true })).toBeCloseTo(ops / (10e9 * 0.8) + 1e-5, 12);
    expect(edgeSeconds(processor, { ...shape, op: 'ConvTranspose' }, at(8, 8))).toBe(
      edgeSeconds(processor, shape, at(8, 8)),
    );
    expect(edgeSeconds(processor, { ...shape, op: 'Gemm' }, at(8, 8))).toBeCloseTo(ops / (40e9 * 0.5) + 1e-5, 12);
    const depthwise = conv(1000, 1, 9, 100);
    expect(edgeSeconds(processor, depthwise, at(8, 8))).toBeCloseTo(
      Math.max((2 * 900000) / (40e9 * 0.1), (900000 + 100000 + 900) / 2e9) + 1e-5,
      12,
    );
  });
  it('is bound by memory in layers that compute little', () => {
    expect(edgeSeconds(processor, layer('MaxPool', 40000, 10000), at(8, 8))).toBeCloseTo(50000 / 2e9 + 1e-5, 12);
    const dense: LayerShape = { ...conv(1, 1000, 1000), op: 'Gemm' };
    expect(edgeSeconds(processor, dense, at(4, 8))).toBeCloseTo((500000 + 2000) / 2e9 + 1e-5, 12);
  });
  it('falls back to the next wider peak, and gains from fewer bits only where the preset says so', () => {
    const peak = { fp32: 1, fp16: 2, int8: 4, int4: 8 };
    const all = { ...processor, peak };
    expect([at(4, 4), at(4, 8), at(8, 8), at(16, 16), at(32, 32)].map((bits) => peakOperations(all, bits))).toEqual([
      8, 4, 4, 2, 1,
    ]);
    expect(peakOperations(all, { ...at(8, 8), float: true })).toBe(2);
    expect(peakOperations(all, { ...at(32, 32), float: true })).toBe(1);
    expect(peakOperations({ ...all, peak: { fp32: 1, int8: 4 } }, at(2, 2))).toBe(4);
    expect(peakOperations({ ...all, peak: { fp32: 1, fp16: 2 } }, at(8, 8))).toBe(2);
    expect(peakOperations({ ...all, peak: { fp32: 1 } }, at(4, 4))).toBe(1);
  });
});

it('renaming a tensor is free on every device', () => {
  for (const op of ['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Identity', 'Dropout'])
    for (const device of [eyeriss, processor]) expect(edgeSeconds(device, layer(op, 1e6, 1e6), at(8, 8))).toBe(0);
});

it('the cloud runs in the precision of its preset', () => {
  const shape = layer('Add', 4000, 1000);
  const seconds = (['int8', 'fp16', 'fp32'] as const).map((precision) =>
    cloudSeconds({ ...eyeriss, precision }, shape),
  );
  expect(seconds.map((value) => value / seconds[0])).toEqual([1, 2, 4]);
  const half = { ...processor, peak: { fp32: 1e9, fp16: 2e9, int8: 1e12 } };
  const work = { ...conv(1000, 100, 900), inputElements: 10000 };
  expect(cloudSeconds({ ...half, precision: 'fp16' }, work)).toBeCloseTo((2 * work.macs) / (2e9 * 0.8) + 1e-5, 9);
});
