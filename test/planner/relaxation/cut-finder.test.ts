import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Model } from '../../../src/planner/core/model.js';
import { closureFinder } from '../../../src/planner/relaxation/closure.js';
import { type CutCosts, newCutCosts } from '../../../src/planner/relaxation/cut-finder.js';
import { prefixFinder } from '../../../src/planner/relaxation/prefix.js';
import { findSegments, priceSegment } from '../../../src/planner/relaxation/segments.js';
import { randomNumbers } from '../random-problem.js';
import { everyCut, runs, seed, smallModel } from '../small-model.js';

/** Random costs of a model, some of them infinite where the model has an option. */
function randomCosts(model: Model, from: number): CutCosts {
  const { unit, chance } = randomNumbers(from);
  const cost = () => (chance(0.1) ? Number.POSITIVE_INFINITY : chance(0.2) ? 0 : unit());
  const costs = newCutCosts(model);
  for (const list of [costs.edge, costs.cloud, costs.cross]) list.set(Array.from(list, cost));
  return costs;
}

/** What a cut pays, by definition. */
function costOfCut(model: Model, edge: Uint8Array, { edge: onEdge, cloud, cross }: CutCosts): number {
  let sum = 0;
  for (let l = 0; l < model.layerCount; l++) sum += edge[l] ? onEdge[l] : cloud[l];
  for (let t = 0; t < model.tensorCount; t++) {
    const isMade = model.origin[t] < 0 || edge[model.origin[t]];
    if (!model.always[t] && isMade && model.readers[t].some((l) => !edge[l])) sum += cross[t];
  }
  return sum;
}

describe.each([
  { name: 'closureFinder', finder: closureFinder, suits: () => true },
  { name: 'prefixFinder', finder: prefixFinder, suits: ({ chain }: Model) => chain },
])('$name', ({ finder, suits }) => {
  it('finds the cheapest of all cuts', () => {
    let compared = 0;
    fc.assert(
      fc.property(smallModel, fc.integer(), ({ model }, from) => {
        if (!suits(model)) return;
        const costs = randomCosts(model, from);
        for (let l = 0; l < model.layerCount; l++) {
          if (model.optionStart[l] === model.optionStart[l + 1]) costs.edge[l] = Number.POSITIVE_INFINITY;
          if (model.cloudCost[l] === Number.POSITIVE_INFINITY) costs.cloud[l] = Number.POSITIVE_INFINITY;
        }
        const least = Math.min(...everyCut(model).map((edge) => costOfCut(model, edge, costs)));
        const { value, edge } = finder(model)(model.placement, costs);
        if (least === Number.POSITIVE_INFINITY) {
          expect(value).toBe(least);
          return;
        }
        compared++;
        expect(value).toBeCloseTo(least, 9);
        expect(costOfCut(model, edge, costs)).toBeCloseTo(least, 9);
        expect(everyCut(model)).toContainEqual(edge);
      }),
      { numRuns: 2 * runs, seed },
    );
    expect(compared).toBeGreaterThan(runs / 4);
  });
});

describe('segments', () => {
  it('hold every layer once, each after the one before it and nothing else', () => {
    fc.assert(
      fc.property(smallModel, ({ model }) => {
        const { layers, of } = findSegments(model);
        expect(layers.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: model.layerCount }, (_, l) => l));
        layers.forEach((list, s) => {
          for (const [i, l] of list.entries()) {
            expect(of[l]).toBe(s);
            if (i > 0) expect(model.before[l]).toEqual([list[i - 1]]);
            if (i < list.length - 1) expect(model.after[l]).toEqual([list[i + 1]]);
          }
        });
      }),
      { numRuns: runs, seed },
    );
  });

  it('are priced as the sums of their parts', () => {
    fc.assert(
      fc.property(smallModel, fc.integer(), ({ model }, from) => {
        const costs = randomCosts(model, from);
        const { layers, behind } = findSegments(model);
        for (const list of layers) {
          const cutAfter = (length: number) =>
            list.reduce((sum, l, i) => {
              const pin = model.placement[l];
              const isOn = i < length;
              return (
                sum + ((isOn ? pin < 0 : pin > 0) ? Number.POSITIVE_INFINITY : (isOn ? costs.edge : costs.cloud)[l])
              );
            }, 0) +
            (length > 0 && length < list.length
              ? behind[list[length - 1]].reduce((sum, t) => sum + costs.cross[t], 0)
              : 0);
          const inner = list.slice(1).map((_, i) => cutAfter(i + 1));
          const priced = priceSegment(list, behind, model.placement, costs);
          const close = (a: number, b: number) => expect(a === b || Math.abs(a - b) < 1e-9, `${a} ${b}`).toBe(true);
          close(priced.cloud, cutAfter(0));
          close(priced.edge, cutAfter(list.length));
          close(priced.within, Math.min(Number.POSITIVE_INFINITY, ...inner));
          if (priced.within < Number.POSITIVE_INFINITY) close(cutAfter(priced.length), priced.within);
        }
      }),
      { numRuns: runs, seed },
    );
  });
});
