import { describe, expect, it } from 'vitest';
import type { LayerShape } from '../../../src/calibrate/profile.js';
import { productsOf, productsOfConvolution, readsOf } from '../../../src/cost/systolic/mapping.js';

const conv = {
  inputHeight: 10,
  inputWidth: 12,
  channels: 8,
  kernelHeight: 3,
  kernelWidth: 3,
  strideHeight: 1,
  strideWidth: 1,
  filters: 16,
  groups: 1,
};
const BITS = { weights: 4, input: 8, output: 8 };

const shape = (rest: Partial<LayerShape>): LayerShape => ({
  op: 'Conv',
  inputElements: 0,
  outputElements: 0,
  parameters: 0,
  macs: 1,
  ...rest,
});

describe('products of a layer', () => {
  it('are one per group, and one per channel where it is depthwise', () => {
    expect(productsOfConvolution(conv)).toEqual({ m: 80, n: 16, k: 72, count: 1 });
    expect(productsOfConvolution({ ...conv, groups: 4 })).toEqual({ m: 80, n: 4, k: 18, count: 4 });
    expect(productsOfConvolution({ ...conv, filters: 8, groups: 8 })).toEqual({ m: 80, n: 1, k: 9, count: 8 });
  });
  it('are those of the profile, which counts batches, where it has them', () => {
    const gemm = { m: 2 * 80, n: 16, k: 72, count: 1 };
    expect(productsOf(shape({ conv, gemm }))).toBe(gemm);
    expect(productsOf(shape({ conv }))).toEqual({ m: 80, n: 16, k: 72, count: 1 });
    expect(productsOf(shape({}))).toBeUndefined();
  });
});

describe('reads of a layer', () => {
  const gemm = { m: 80, n: 16, k: 72, count: 1 };
  it('leave out padding, and read what is fused besides once', () => {
    // An 8 x 10 picture that is padded to 10 x 12, and the other branch of an addition.
    const layer = shape({ conv, gemm, inputElements: 8 * 10 * 8 + 500, parameters: 1152 });
    const { operands, others, bits } = readsOf(layer, gemm, BITS);
    expect(operands).toEqual({ ifmap: 960, filter: 1152 });
    expect(others).toBe(8 * 10 * 8 + 500 - 960);
    expect(bits).toBe(BITS);
    expect(readsOf({ ...layer, inputElements: 640 }, gemm, BITS).operands.ifmap).toBe(640);
  });
  it('take the second of two activations at the bits of an input', () => {
    const product = { m: 20, n: 30, k: 10, count: 4 };
    const { operands, others, bits } = readsOf(shape({ op: 'MatMul', inputElements: 800 + 1200 }), product, BITS);
    expect([operands, others]).toEqual([{ ifmap: 800, filter: 1200 }, 0]);
    expect(bits).toEqual({ weights: 8, input: 8, output: 8 });
  });
});
