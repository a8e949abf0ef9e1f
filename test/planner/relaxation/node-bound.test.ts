import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mostExpensive } from '../../../src/planner/core/scale.js';
import { boundNode, createVariant, leastPeak } from '../../../src/planner/relaxation/node-bound.js';
import { decide } from '../../../src/planner/search/placement.js';
import { everyCut, keepsLimits, plansOf, runs, seed, smallModel } from '../small-model.js';

describe('boundNode', () => {
  it('is below every plan of the node that keeps the limits, and mixes cuts of the node', () => {
    let bounded = 0;
    fc.assert(
      fc.property(smallModel, fc.nat(), fc.boolean(), (small, layer, isOnEdge) => {
        const { model } = small;
        const placement = model.placement.slice();
        if (!decide(model, placement, layer % model.layerCount, isOnEdge ? 1 : -1)) return;
        const penalty = mostExpensive(model);
        const { bound, mix } = boundNode(createVariant(model, penalty), placement, Number.POSITIVE_INFINITY, 1);
        const cuts = everyCut(model, placement);
        const costs = cuts
          // The bound counts graph inputs as resident, which is wrong where nothing is on the edge.
          .filter((edge) => edge.includes(1))
          .flatMap((edge) => plansOf(small, edge))
          .filter((plan) => keepsLimits(small, plan, 1))
          .map((plan) => plan.cost.latency.total);
        const least = Math.min(Number.POSITIVE_INFINITY, ...costs);
        expect(bound).toBeLessThanOrEqual(least + 1e-9);
        if (least < Number.POSITIVE_INFINITY) bounded++;
        for (const { column } of mix) expect(cuts).toContainEqual(column.edge);
        expect(mix.reduce((sum, { share }) => sum + share, 0)).toBeLessThanOrEqual(1 + 1e-6);
      }),
      { numRuns: runs, seed },
    );
    expect(bounded).toBeGreaterThan(runs / 8);
  });

  it('starts from a peak that no plan with these layers is below', () => {
    fc.assert(
      fc.property(smallModel, (small) => {
        for (const edge of everyCut(small.model)) {
          if (!edge.includes(1)) continue;
          const least = leastPeak(small.model, Int8Array.from(edge));
          for (const { cost } of plansOf(small, edge)) expect(least).toBeLessThanOrEqual(cost.memory.activations);
        }
      }),
      { numRuns: runs / 4, seed },
    );
  });
});
