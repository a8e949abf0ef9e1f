import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spreadIndices } from '../../src/util/spread.js';

describe('spreadIndices', () => {
  it('takes all where there are no more than the limit', () => {
    expect(spreadIndices(3, Number.POSITIVE_INFINITY)).toEqual([0, 1, 2]);
    expect(spreadIndices(0, 5)).toEqual([]);
  });

  it('takes distinct indices, ascending from the first, whose gaps differ by one at most', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: 1, max: 200 }), (total, limit) => {
        const indices = spreadIndices(total, limit);
        expect(indices).toHaveLength(Math.min(total, limit));
        const gaps = indices.map((index, i) => (indices[i + 1] ?? total) - index);
        if (total === 0) return;
        expect(indices[0]).toBe(0);
        expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1);
        expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
