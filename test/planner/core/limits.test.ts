import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { account } from '../../../src/planner/core/accounting.js';
import { breaches, LIMITS, limitOf, linearLimits } from '../../../src/planner/core/limits.js';
import { ofPlan } from '../../../src/planner/core/measure.js';
import { everyCut, plansOf, runs, seed, smallModel } from '../small-model.js';
import { smallNetwork } from '../small-network.js';

describe('LIMITS', () => {
  it('counts by the accounting what it counts by its measure', () => {
    fc.assert(
      fc.property(smallModel, (small) => {
        for (const { cost } of everyCut(small.model).flatMap((edge) => plansOf(small, edge)))
          for (const { measure, used, name } of LIMITS)
            if (measure) expect(ofPlan(measure(small.problem), cost), name).toBeCloseTo(used(cost), 9);
      }),
      { numRuns: runs / 4, seed },
    );
  });

  it('has each name and each key once', () => {
    expect(new Set(LIMITS.map(({ name }) => name)).size).toBe(LIMITS.length);
    expect(new Set(LIMITS.map(({ key }) => key)).size).toBe(LIMITS.length);
    expect(limitOf('disk').key).toBe('diskBytes');
    expect(() => limitOf('time' as never)).toThrow(RangeError);
  });
});

describe('linearLimits', () => {
  it('leaves out memory, and what is not limited', () => {
    const limits = { memoryBytes: 1, error: 0.5, costDollars: Number.POSITIVE_INFINITY, diskBytes: 7 };
    const found = linearLimits(smallNetwork({ limits }));
    expect(found.map(({ name, limit }) => [name, limit])).toEqual([
      ['error', 0.5],
      ['disk', 7],
    ]);
  });
});

describe('breaches', () => {
  const [on, off] = [true, false];
  const cost = account(smallNetwork(), { edge: [on, on, off], option: [0, 0, -1], wire: [-1, 0, 0, -1] });

  it('lists what is over, not what is met up to rounding', () => {
    const { memory, latency } = cost;
    const met = { memoryBytes: memory.total, latencySeconds: latency.total * (1 - 1e-13) };
    expect(breaches(met, cost)).toEqual([]);
    expect(breaches({ memoryBytes: memory.total - 1, latencySeconds: latency.total / 2 }, cost)).toEqual([
      { name: 'memory', used: memory.total, limit: memory.total - 1 },
      { name: 'latency', used: latency.total, limit: latency.total / 2 },
    ]);
  });

  it('takes what is used from the caller', () => {
    expect(breaches({ error: 1 }, cost, ({ name }) => (name === 'error' ? 2 : 0))).toEqual([
      { name: 'error', used: 2, limit: 1 },
    ]);
  });
});
