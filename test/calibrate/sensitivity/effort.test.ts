import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LayerProfile, TensorProfile } from '../../../src/calibrate/profile.js';
import { affordableEffort, splitSamples, widthsToRun } from '../../../src/calibrate/sensitivity/effort.js';
import type { Layer } from '../../../src/onnx/graph.js';

const WIDTHS = [2, 3, 4, 5, 6, 8];

/** A chain of layers with weights, each of which gives a tensor. */
function chain(count: number, macs: number, weightElements = 1) {
  const layers = Array.from({ length: count }, (_, i) => ({ outputs: [`t${i}`] }) as unknown as Layer);
  const profiles = layers.map(() => ({ shape: { macs }, weightElements }) as LayerProfile);
  const quantizers = new Map(WIDTHS.map((bits) => [bits, {}]));
  const tensors = new Map(layers.map(({ outputs: [name] }) => [name, { quantizers } as unknown as TensorProfile]));
  return [layers, profiles, tensors, 1e12] as const;
}

describe('how much of a network is run to learn its sensitivity', () => {
  it('is all of a small one, one width of a larger one, and nothing of a huge one', () => {
    expect(affordableEffort(...chain(20, 2e6))).toEqual({ samples: 32, everyWidth: true });
    expect(affordableEffort(...chain(50, 8e7))).toMatchObject({ everyWidth: false });
    expect(affordableEffort(...chain(100, 1e9))).toBeUndefined();
    expect(affordableEffort(...chain(20, 2e6, 2e6))).toBeUndefined();
  });

  it('grows with no network', () => {
    const size = fc.record({ count: fc.integer({ min: 1, max: 60 }), macs: fc.integer({ min: 1e4, max: 1e9 }) });
    const amount = ({ count, macs }: { count: number; macs: number }) => {
      const effort = affordableEffort(...chain(count, macs));
      return effort ? (effort.everyWidth ? 100 : 0) + effort.samples : -1;
    };
    fc.assert(
      fc.property(size, (of) => {
        expect(amount({ ...of, macs: 2 * of.macs })).toBeLessThanOrEqual(amount(of));
      }),
    );
  });

  it('keeps apart what is rounded for and what is compared, where there are enough samples', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 32 }), (count, samples) => {
        const { rounded, compared } = splitSamples(count, { samples, everyWidth: true });
        expect(rounded.length).toBeGreaterThan(0);
        expect(compared.length).toBeGreaterThan(0);
        expect(compared.length).toBeLessThanOrEqual(samples);
        for (const index of [...rounded, ...compared]) expect(index).toBeLessThan(count);
        if (count >= 16) expect(compared.filter((index) => rounded.includes(index))).toEqual([]);
      }),
    );
  });

  it('runs widths whose errors stand out', () => {
    expect(widthsToRun(WIDTHS, true)).toEqual([2, 3, 4, 5]);
    expect(widthsToRun(WIDTHS, false)).toEqual([4]);
    expect(widthsToRun([2, 6, 8], true)).toEqual([2]);
  });

  it('runs one that every device shares where one must do or only wide ones are wanted', () => {
    for (const widths of [[2, 6, 8], [8], []]) expect(widthsToRun(widths, false)).toEqual([4]);
    for (const widths of [[6, 8], [8], []]) expect(widthsToRun(widths, true)).toEqual([4]);
  });
});
