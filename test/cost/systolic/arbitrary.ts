import fc from 'fast-check';
import type { DenseConvolution } from '../../../src/cost/systolic/geometry.js';

const upTo = (max: number) => fc.integer({ min: 1, max });

/** Arrays of up to 9 x 9 cells. */
export const arrays = fc.record({
  array: fc.record({ rows: upTo(9), columns: upTo(9) }),
  dataflow: fc.constantFrom('os' as const, 'ws' as const, 'is' as const),
});

/**
 * Small layers of all kinds: overlapping and separate windows, partial ones, windows that jump beyond the edge, plain
 * products.
 */
export const convolutions: fc.Arbitrary<DenseConvolution> = fc
  .record({
    kernelHeight: upTo(4),
    kernelWidth: upTo(4),
    beyondHeight: fc.integer({ min: 0, max: 9 }),
    beyondWidth: fc.integer({ min: 0, max: 9 }),
    channels: upTo(6),
    filters: upTo(20),
    strideHeight: upTo(4),
    strideWidth: upTo(4),
  })
  .map(({ beyondHeight, beyondWidth, ...conv }) => ({
    ...conv,
    inputHeight: conv.kernelHeight + beyondHeight,
    inputWidth: conv.kernelWidth + beyondWidth,
  }));
