import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alternatives, decide, forbidWhatCannotFit, mostUndecided } from '../../../src/planner/search/placement.js';
import { everyCut, keepsLimits, plansOf, runs, seed, smallModel } from '../small-model.js';

describe('branching', () => {
  it('decides a layer with all that must follow it, and nothing else', () => {
    fc.assert(
      fc.property(smallModel, fc.nat(), fc.constantFrom(1, -1), ({ model }, drawn, side) => {
        const layer = drawn % model.layerCount;
        const placement = new Int8Array(model.layerCount);
        expect(decide(model, placement, layer, side)).toBe(true);
        const cuts = closedSets(model.before).filter((edge) => edge[layer] === (side > 0 ? 1 : 0));
        placement.forEach((decided, l) => {
          const sides = new Set(cuts.map((edge) => edge[l]));
          expect(decided).toBe(sides.size === 2 ? 0 : sides.has(1) ? 1 : -1);
        });
      }),
      { numRuns: runs, seed },
    );
  });

  it('leaves every other cut of a node in one of the branches around a cut', () => {
    fc.assert(
      fc.property(smallModel, ({ model }) => {
        const cuts = everyCut(model);
        for (const edge of cuts) {
          const decisions = alternatives(model, edge, model.placement);
          for (const other of cuts) {
            const differs = decisions.some(([layer, side]) => (other[layer] === 1) === side > 0);
            expect(differs).toBe(other.some((on, l) => on !== edge[l]));
          }
        }
      }),
      { numRuns: runs, seed },
    );
  });

  it('takes the free layer that a mix is most divided on', () => {
    const column = (...edge: number[]) => ({ column: { edge: Uint8Array.from(edge) } as never, share: 0 });
    const mix = [
      { ...column(1, 1, 0, 1), share: 0.5 },
      { ...column(1, 0, 0, 0), share: 0.4 },
      { ...column(1, 0, 1, 0), share: 0.1 },
    ];
    expect(mostUndecided(mix, new Int8Array(4))).toBe(1);
    expect(mostUndecided(mix, Int8Array.of(0, 1, 0, 1))).toBe(2);
    expect(mostUndecided(mix.slice(0, 1), new Int8Array(4))).toBe(-1);
  });

  it('forbids nothing that some plan within the limits needs', () => {
    fc.assert(
      fc.property(smallModel, (small) => {
        const { model } = small;
        const fitting = everyCut(model).filter((edge) => plansOf(small, edge).some((plan) => keepsLimits(small, plan)));
        const placement = forbidWhatCannotFit(model, model.placement.slice());
        for (const edge of fitting) {
          expect(placement).toBeDefined();
          edge.forEach((on, l) => {
            expect(placement?.[l]).not.toBe(on ? -1 : 1);
          });
        }
      }),
      { numRuns: runs / 2, seed },
    );
  });
});

/** Every set of layers that holds all predecessors of its members. */
const closedSets = (before: number[][]): Uint8Array[] =>
  Array.from({ length: 2 ** before.length }, (_, bits) => Uint8Array.from(before, (_, l) => (bits >> l) & 1)).filter(
    (edge) => edge.every((on, l) => !on || before[l].every((p) => edge[p])),
  );
