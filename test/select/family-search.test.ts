import { describe, expect, test } from 'vitest';
import { type Family, familiesOf } from '../../src/planner/analysis/families.js';
import { objectiveOf } from '../../src/planner/core/measure.js';
import type { Plan } from '../../src/planner/core/problem.js';
import { nextCandidate, searchFamily } from '../../src/select/family-search.js';
import { createLedger, type Ledger } from '../../src/select/ledger.js';
import { chain, evaluationAt } from './problem.js';

const problem = chain(3);
const settings = { problem, limit: 0.02, tolerance: 0.01 };
const value = (plan: Plan) => objectiveOf(problem, plan);

function edgeOnly(): Family {
  const [family] = familiesOf({ ...problem, pinned: { decision: 'edge-only' } });
  if (!family) throw new Error('everything fits on the edge');
  return family;
}

const ledgerOf = (dropOf: (plan: Plan) => number): Ledger =>
  createLedger({
    ...settings,
    model: (error) => error,
    measure: async (plan) => evaluationAt(dropOf(plan), settings.limit),
  });

describe('the search in a family', () => {
  test('ends with the fastest plan that holds, but for the tolerance', async () => {
    const family = edgeOnly();
    const ledger = ledgerOf(({ error }) => error);
    expect(await searchFamily(family, { ...settings, ledger, spend: () => true })).toBe(true);
    const best = ledger.best();
    const ideal = family.fastestWithin(settings.limit);
    expect(best && ideal && best.value <= value(ideal) * 1.01).toBe(true);
    expect(best?.plan.error).toBeLessThanOrEqual(settings.limit);
  });

  test('one measurement refutes a family whose most accurate plan fails', async () => {
    const family = edgeOnly();
    const ledger = ledgerOf(() => 0.5);
    const safest = family.mostAccurate();
    if (safest) await ledger.measure(safest);
    expect(nextCandidate(family, { ...settings, ledger })).toBeUndefined();
  });

  test('nothing is measured that is not faster than the best', async () => {
    const family = edgeOnly();
    const ledger = ledgerOf(() => 0);
    await ledger.measure(family.fastest);
    expect(nextCandidate(family, { ...settings, ledger })).toBeUndefined();
  });

  test('a budget leaves a family open', async () => {
    const ledger = ledgerOf(() => 0);
    expect(await searchFamily(edgeOnly(), { ...settings, ledger, spend: () => false })).toBe(false);
    expect(ledger.entries()).toEqual([]);
  });
});
