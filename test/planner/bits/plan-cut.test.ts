import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupsOfCut } from '../../../src/planner/bits/groups.js';
import { planCut } from '../../../src/planner/bits/plan-cut.js';
import { mostExpensive } from '../../../src/planner/core/scale.js';
import { everyCut, keepsLimits, plansOf, runs, seed, smallModel } from '../small-model.js';

const WHOLE = { width: 1e5, nodes: 1e5, work: 1e9, margin: () => 1e-12 };

describe('planCut', () => {
  it('finds the cheapest plan of a cut within the limits, and proves it', () => {
    let planned = 0;
    fc.assert(
      fc.property(smallModel, (small) => {
        const { model } = small;
        const penalty = mostExpensive(model);
        for (const edge of everyCut(model)) {
          const within = plansOf(small, edge).filter((plan) => keepsLimits(small, plan));
          const least = within.reduce(
            (best, plan) => Math.min(best, plan.cost.latency.total),
            Number.POSITIVE_INFINITY,
          );
          const { plan, bound } = planCut(model, edge, Number.POSITIVE_INFINITY, penalty, WHOLE, () => {});
          if (least === Number.POSITIVE_INFINITY) {
            expect(plan).toBeUndefined();
            continue;
          }
          planned++;
          expect(plan?.cost).toBeCloseTo(least, 9);
          expect(bound).toBeLessThanOrEqual(least + 1e-9);
          expect(bound).toBeGreaterThanOrEqual(least - 1e-9);
          const same = within.find(
            ({ option, wire }) =>
              option.every((o, l) => o === plan?.option[l]) && wire.every((w, t) => w === plan?.wire[t]),
          );
          expect(same?.cost.latency.total).toBeCloseTo(least, 9);
        }
      }),
      { numRuns: runs / 2, seed },
    );
    expect(planned).toBeGreaterThan(runs / 4);
  });

  it('has a bound that holds when the effort runs out', () => {
    fc.assert(
      fc.property(smallModel, fc.integer({ min: 1, max: 3 }), (small, nodes) => {
        const { model } = small;
        for (const edge of everyCut(model)) {
          const costs = plansOf(small, edge)
            .filter((plan) => keepsLimits(small, plan, 1))
            .map((plan) => plan.cost.latency.total);
          const effort = { width: 1, nodes, work: 0, margin: () => 1e-12 };
          const { bound } = planCut(model, edge, Number.POSITIVE_INFINITY, mostExpensive(model), effort, () => {});
          expect(bound).toBeLessThanOrEqual(Math.min(Number.POSITIVE_INFINITY, ...costs) + 1e-9);
        }
      }),
      { numRuns: runs / 2, seed },
    );
  });
});

describe('groupsOfCut', () => {
  it('together cost what the cheapest plan of the cut costs', () => {
    fc.assert(
      fc.property(smallModel, (small) => {
        for (const edge of everyCut(small.model)) {
          const costs = plansOf(small, edge).map((plan) => plan.cost.latency.total);
          const cut = groupsOfCut(small.model, edge);
          if (costs.length === 0) {
            expect(cut).toBeUndefined();
            continue;
          }
          if (!cut) throw new Error('the cut has plans');
          const least = cut.groups.reduce((sum, { cost }) => sum + Math.min(...cost), cut.fixed.cost);
          expect(least).toBeCloseTo(Math.min(...costs), 9);
        }
      }),
      { numRuns: runs / 2, seed },
    );
  });
});
