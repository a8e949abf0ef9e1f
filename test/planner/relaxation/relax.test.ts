import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ofPlan } from '../../../src/planner/core/measure.js';
import type { Model } from '../../../src/planner/core/model.js';
import { crossingTensors, rowBytes } from '../../../src/planner/relaxation/column.js';
import type { Prices } from '../../../src/planner/relaxation/price.js';
import { createRelaxer, relax } from '../../../src/planner/relaxation/relax.js';
import { randomNumbers } from '../random-problem.js';
import { everyCut, type Priced, plansOf, runs, type SmallModel, seed, smallModel } from '../small-model.js';

function randomPrices({ resources, rowCount }: Model, from: number): Prices {
  const { unit, chance, below } = randomNumbers(from);
  const price = (scale: number) => (chance(0.3) ? 0 : scale * unit());
  return {
    resources: resources.map(() => price(2)),
    weights: price(0.1),
    rows: chance(0.5)
      ? [...new Set([below(rowCount), below(rowCount)])].map((row) => ({ row, price: 0.1 * unit() }))
      : [],
  };
}

/** Cost of a plan with all that it uses at the prices, graph inputs resident on the edge whatever the cut. */
function pricedCost(small: SmallModel, plan: Priced, { resources, weights, rows }: Prices): number {
  const { model, limits } = small;
  const bytes = rowBytes(model, plan.edge, plan.option);
  const used = limits.map(({ measure }) => ofPlan(measure, plan.cost));
  return (
    plan.cost.latency.total +
    used.reduce((sum, use, k) => sum + resources[k] * use, weights * plan.cost.memory.weights) +
    rows.reduce((sum, { row, price }) => sum + price * (plan.cost.memory.weights + bytes[row]), 0)
  );
}

describe('relax', () => {
  it('is the least priced cost of any plan, or below it where a layer has several outputs', () => {
    let exact = 0;
    fc.assert(
      fc.property(smallModel, fc.integer(), (small, from) => {
        const { model } = small;
        const prices = randomPrices(model, from);
        const plans = everyCut(model).flatMap((edge) => plansOf(small, edge));
        const least = Math.min(...plans.map((plan) => pricedCost(small, plan, prices)));
        const { value } = relax(createRelaxer(model), model.placement, prices);
        if (least === Number.POSITIVE_INFINITY) return;
        expect(value).toBeLessThanOrEqual(least + 1e-9);
        if (model.outputs.some((list) => list.length > 1)) return;
        exact++;
        expect(value).toBeCloseTo(least, 9);
      }),
      { numRuns: runs, seed },
    );
    expect(exact).toBeGreaterThan(runs / 4);
  });

  it('lifts its cut to a plan that costs what the accounting says', () => {
    fc.assert(
      fc.property(smallModel, fc.integer(), (small, from) => {
        const { model, limits } = small;
        const { value, column } = relax(createRelaxer(model), model.placement, randomPrices(model, from));
        if (value === Number.POSITIVE_INFINITY || column.cost === Number.POSITIVE_INFINITY) return;
        const same = plansOf(small, column.edge).find(
          ({ option, wire }) =>
            option.every((o, l) => o === column.option[l]) && wire.every((w, t) => w === column.wire[t]),
        );
        if (!same) throw new Error('the column is no plan');
        expect(column.cost).toBeCloseTo(same.cost.latency.total, 9);
        expect(column.weights).toBeCloseTo(same.cost.memory.weights, 9);
        limits.forEach(({ measure }, k) => {
          const own = ofPlan(measure, same.cost);
          expect(column.used[k]).toBeCloseTo(own, 9);
        });
        const crossing = crossingTensors(model, column.edge);
        expect(same.cost.crossing).toEqual(
          [...crossing].flatMap((crosses, t) => (crosses ? [model.tensorId[t]] : [])).sort((a, b) => a - b),
        );
        if (!column.edge.includes(1)) return;
        expect(Math.max(...rowBytes(model, column.edge, column.option))).toBeCloseTo(same.cost.memory.activations, 9);
      }),
      { numRuns: runs, seed },
    );
  });
});
