import { describe, expect, it } from 'vitest';
import type { RooflineDevice } from '../../src/cost/device.js';
import { edgeSeconds, type LayerShape } from '../../src/cost/layer.js';

const device: RooflineDevice = {
  kind: 'roofline',
  peak: { fp32: 8e9, fp16: 16e9, int8: 64e9 },
  efficiency: { default: 0.5, Conv: 0.8, DepthwiseConv: 0.1 },
  overhead: 10e-6,
  bandwidth: 2e9,
};
const int8 = { weights: 8, input: 8, output: 8 };
const float = { weights: 32, input: 32, output: 32, float: true };
const plain = (op: string, inputElements: number, outputElements: number): LayerShape => ({
  op,
  inputElements,
  outputElements,
  parameters: 0,
  macs: 0,
});

/** Bytes by hand, over 2 GB/s, and 10 us of overhead. */
describe('layers that compute nothing are bound by what they move, and are not free', () => {
  it.each([
    // 64 x 112 x 112 in, 64 x 56 x 56 out, a byte each: 1,003,520 bytes in 501.76 us.
    ['MaxPool', 802_816, 200_704, int8, 511.76e-6],
    // 1280 x 7 x 7 in, 1280 out: 64,000 bytes.
    ['GlobalAveragePool', 62_720, 1280, int8, 42e-6],
    // Both branches of a residual, 256 x 56 x 56 each, and their sum: 2,408,448 bytes.
    ['Add', 2 * 802_816, 802_816, int8, 1214.224e-6],
    // 16 x 32 x 32 to 16 x 64 x 64: 81,920 bytes.
    ['Resize', 16_384, 65_536, int8, 50.96e-6],
    // A thousand classes in float, in and out: 8000 bytes.
    ['Softmax', 1000, 1000, float, 14e-6],
    ['Sigmoid', 50_000, 50_000, float, 210e-6],
    ['Concat', 30_000, 30_000, int8, 40e-6],
    ['Transpose', 30_000, 30_000, int8, 40e-6],
  ] as const)('%s', (op, inputs, outputs, bits, seconds) => {
    expect(edgeSeconds(device, plain(op, inputs, outputs), bits)).toBeCloseTo(seconds, 12);
  });
  it('four times the bits are four times the bytes', () => {
    const [narrow, wide] = [int8, float].map(
      (bits) => edgeSeconds(device, plain('Add', 40_000, 20_000), bits) - device.overhead,
    );
    expect(wide / narrow).toBeCloseTo(4, 12);
  });
});

describe('layers that compute', () => {
  // ResNet's 3 x 3 of 64 channels on 56 x 56: 115,605,504 multiply-accumulates, 438,272 bytes at 8 bits.
  const conv: LayerShape = {
    op: 'Conv',
    inputElements: 200_704,
    outputElements: 200_704,
    parameters: 36_864,
    macs: 115_605_504,
    gemm: { m: 3136, n: 64, k: 576, count: 1 },
  };
  it('are bound by arithmetic where the operator reaches its share of the peak', () => {
    expect(edgeSeconds(device, conv, int8)).toBeCloseTo(231_211_008 / (64e9 * 0.8) + 10e-6, 12);
    expect(edgeSeconds(device, conv, float)).toBeCloseTo(231_211_008 / (8e9 * 0.8) + 10e-6, 12);
  });
  it('are bound by memory where they compute little for what they move', () => {
    // 2048 to 1000, weights at 4 bits: 1,024,000 + 2048 + 1000 bytes.
    const dense: LayerShape = {
      op: 'Gemm',
      inputElements: 2048,
      outputElements: 1000,
      parameters: 2_048_000,
      macs: 2_048_000,
    };
    expect(edgeSeconds(device, dense, { ...int8, weights: 4 })).toBeCloseTo(1_027_048 / 2e9 + 10e-6, 12);
  });
  it('pay off-chip for every operand, however small: what fits on the chip is not assumed to stay there', () => {
    const small = plain('Relu', 100, 100);
    expect(edgeSeconds({ ...device, overhead: 0 }, small, int8)).toBeCloseTo(200 / 2e9, 15);
  });
});
