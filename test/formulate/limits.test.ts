import { describe, expect, it } from 'vitest';
import type { ResolvedConfig } from '../../src/config/resolved.js';
import { infeasible } from '../../src/formulate/infeasible.js';
import { besideItsLimit, planningLimits, STATED_LIMITS } from '../../src/formulate/limits.js';
import { LIMITS } from '../../src/planner/core/limits.js';

const config = (constraints: ResolvedConfig['constraints'], memoryBytes = 1000) =>
  ({ edge: { memoryBytes }, constraints }) as ResolvedConfig;

describe('planningLimits', () => {
  it('takes every limit that the config states', () => {
    const stated = { error: 0.1, latencySeconds: 2, energyJoules: 3, costDollars: 4, diskBytes: 5 };
    expect(planningLimits(config(stated))).toEqual({ memoryBytes: 1000, ...stated });
    expect(Object.keys(planningLimits(config(stated)))).toEqual(LIMITS.map(({ key }) => key));
    expect(planningLimits(config({ accuracyDrop: 0.01 }))).toEqual({ memoryBytes: 1000 });
  });
});

describe('infeasible', () => {
  const refusal = (why: object) => infeasible({ infeasible: why } as never);

  it.each(LIMITS.map(({ name }) => name))('names the key of the limit on %s and what would do', (name) => {
    const error = refusal({ constraint: name, reason: 'unused', needed: 2500, limit: 1000 });
    const { config: key, show } = STATED_LIMITS[name];
    expect(error).toMatchObject({ code: 'INFEASIBLE' });
    expect(error.message).toMatch(new RegExp(`no plan holds ${key}: the .* ${show(2500)}, the limit is ${show(1000)}`));
    expect(error.hint).toMatch(new RegExp(`^raise ${key}, or `));
  });

  it('gives the reason where the structure of the network leaves no plan', () => {
    const error = refusal({ constraint: 'structure', reason: 'no cut is crossed by exactly the pinned tensors' });
    expect(error.message).toBe('no cut is crossed by exactly the pinned tensors');
    expect(error.hint).toBe('change `split`');
  });

  it('shows numbers in full where they would read the same', () => {
    expect(besideItsLimit({ name: 'memory', used: 2000, limit: 1000 })).toEqual(['2.00 kB', '1.00 kB']);
    expect(besideItsLimit({ name: 'disk', used: 10_000_001, limit: 10_000_000 })).toEqual(['10000001 B', '10000000 B']);
  });
});
