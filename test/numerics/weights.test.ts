import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { channelView, quantizeWeights, searchWeightQuantizer, weightError } from '../../src/numerics/weights.js';

const tensor = fc
  .record({
    outer: fc.integer({ min: 1, max: 4 }),
    channels: fc.integer({ min: 1, max: 5 }),
    inner: fc.integer({ min: 1, max: 6 }),
    seed: fc.integer(),
  })
  .map(({ outer, channels, inner, seed }) => {
    const values = Float32Array.from(
      { length: outer * channels * inner },
      (_, i) => Math.sin(seed + i * 12.9898) * (1 + (i % 7)),
    );
    return { values, dims: [outer, channels, inner] };
  });

describe('weight quantizer', () => {
  it('gives codes in range whose values have the error that is reported', () => {
    fc.assert(
      fc.property(tensor, fc.constantFrom(2, 4, 6, 8), ({ values, dims }, bits) => {
        const view = channelView(values, dims, 1);
        const quantizer = searchWeightQuantizer(view, bits);
        const codes = quantizeWeights(view, quantizer);
        const top = 2 ** (bits - 1) - 1;
        let sum = 0;
        for (let i = 0; i < values.length; i++) {
          const channel = Math.floor(i / dims[2]) % dims[1];
          expect(Math.abs(codes[i])).toBeLessThanOrEqual(top);
          sum += (values[i] - codes[i] * quantizer.scales[channel]) ** 2;
        }
        expect(weightError(view, quantizer)).toBeCloseTo(sum / values.length, 10);
      }),
    );
  });

  it('is at least as good as covering the largest weight, and loses less with more bits', () => {
    fc.assert(
      fc.property(tensor, ({ values, dims }) => {
        const view = channelView(values, dims, 1);
        const errors = [2, 4, 6, 8].map((bits) => weightError(view, searchWeightQuantizer(view, bits)));
        for (const [i, bits] of [2, 4, 6, 8].entries()) {
          const covering = { bits, scales: Float32Array.from({ length: dims[1] }, () => 1) };
          for (let channel = 0; channel < dims[1]; channel++) {
            let largest = 0;
            for (let k = 0; k < values.length; k++)
              if (Math.floor(k / dims[2]) % dims[1] === channel) largest = Math.max(largest, Math.abs(values[k]));
            covering.scales[channel] = largest === 0 ? 1 : largest / (2 ** (bits - 1) - 1);
          }
          expect(errors[i]).toBeLessThanOrEqual(weightError(view, covering) * (1 + 1e-6));
        }
        // Scales are float32: a value that both meet exactly is met to this share of the largest.
        const precision = 2 ** -23 * Math.max(...values.map(Math.abs));
        expect(Math.sqrt(errors[3])).toBeLessThanOrEqual(Math.sqrt(errors[0]) + precision);
      }),
    );
  });

  it('keeps a channel of zeros at zero', () => {
    const view = channelView(Float32Array.of(0, 0, 3, -1), [2, 2], 0);
    expect([...quantizeWeights(view, searchWeightQuantizer(view, 8))].slice(0, 2)).toEqual([0, 0]);
  });
});
