import type { DenseConvolution, Gemm } from './geometry.js';

/** A product as SCALE-Sim v1 counts it. */
export interface V1Product extends Omit<Gemm, 'count'> {
  /**
   * Windows where neither direction is rounded down, as v1 forgets to in places: more than `m` where the stride does
   * not divide.
   *
   * @default m
   */
  unrounded?: number;
}

/**
 * SCALE-Sim v1, "cycles formula": partial windows do not count. v1 knows one stride; here each direction has its own.
 */
export function v1Product(conv: DenseConvolution): V1Product {
  const high = (conv.inputHeight - conv.kernelHeight + conv.strideHeight) / conv.strideHeight;
  const wide = (conv.inputWidth - conv.kernelWidth + conv.strideWidth) / conv.strideWidth;
  return {
    m: Math.floor(high) * Math.floor(wide),
    n: conv.filters,
    k: conv.kernelHeight * conv.kernelWidth * conv.channels,
    unrounded: high * wide,
  };
}
