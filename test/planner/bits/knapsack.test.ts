import fc from 'fast-check';
import type { Highs } from 'highs';
import { beforeAll, describe, expect, it } from 'vitest';
import { dualBound } from '../../../src/planner/bits/dual.js';
import type { Group } from '../../../src/planner/bits/groups.js';
import { joined, solveKnapsack } from '../../../src/planner/bits/knapsack.js';
import { loadHighs } from '../../../src/planner/highs/load.js';
import { column, equals, linear, newProgram, row } from '../../../src/planner/highs/program.js';
import { runHighs } from '../../../src/planner/highs/run.js';
import { runs, seed } from '../small-model.js';

const amount = fc.integer({ min: 0, max: 12 });
const choice = fc.record({ cost: amount, weights: amount, use: amount });
const instance = fc.record({
  groups: fc.array(fc.array(choice, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 5 }),
  weightBudget: fc.integer({ min: 0, max: 40 }),
  useBudget: fc.integer({ min: 0, max: 40 }),
  cutoff: fc.integer({ min: 1, max: 60 }),
});
type Instance = typeof instance extends fc.Arbitrary<infer T> ? T : never;

const groupsOf = ({ groups }: Instance): Group[] =>
  groups.map((list) => ({
    layer: -1,
    choices: list.map(() => ({ bits: 0, bytes: 0, option: -1, wires: [] })),
    cost: Float64Array.from(list, (c) => c.cost),
    weights: Float64Array.from(list, (c) => c.weights),
    used: [Float64Array.from(list, (c) => c.use)],
  }));
const allowedOf = ({ groups }: Instance) => groups.map((list) => Int32Array.from(list, (_, c) => c));

/** Every selection, with what it takes. */
const everySelection = ({ groups }: Instance) =>
  groups.reduce(
    (parts, list) =>
      parts.flatMap((part) =>
        list.map((c) => ({ cost: part.cost + c.cost, weights: part.weights + c.weights, use: part.use + c.use })),
      ),
    [{ cost: 0, weights: 0, use: 0 }],
  );

function solve(drawn: Instance, width: number) {
  const groups = groupsOf(drawn);
  const allowed = allowedOf(drawn);
  const memory = [{ budget: drawn.weightBudget, bytes: groups.map(() => undefined) }];
  const dual = dualBound(
    { groups, allowed, budgets: [drawn.useBudget], memory },
    Number.POSITIVE_INFINITY,
    1e4,
    () => {},
  );
  const knapsack = {
    groups,
    allowed,
    ...joined(groups, [drawn.useBudget], dual.prices),
    weights: groups.map(({ weights }) => weights),
    weightBudget: drawn.weightBudget,
    weightPrice: dual.memoryPrices[0],
  };
  return { dual, ...solveKnapsack(knapsack, drawn.cutoff, width, () => {}) };
}

const leastByForce = (drawn: Instance) =>
  everySelection(drawn)
    .filter(({ weights, use }) => weights <= drawn.weightBudget && use <= drawn.useBudget)
    .reduce((least, { cost }) => Math.min(least, cost), Number.POSITIVE_INFINITY);

describe('solveKnapsack', () => {
  it('finds the cheapest selection within the budgets if it is below the cutoff', () => {
    fc.assert(
      fc.property(instance, (drawn) => {
        const { selections, dropped } = solve(drawn, 1e6);
        const least = leastByForce(drawn);
        expect(dropped).toBe(Number.POSITIVE_INFINITY);
        // At the cutoff itself, rounding decides.
        if (least < drawn.cutoff) expect(selections[0]?.cost).toBe(least);
        else expect(selections[0]?.cost ?? least).toBeGreaterThanOrEqual(drawn.cutoff);
        for (const { cost, choice: taken } of selections) {
          const sum = (of: 'cost' | 'weights' | 'use') =>
            drawn.groups.reduce((total, list, g) => total + list[taken[g]][of], 0);
          expect(sum('cost')).toBe(cost);
          expect(sum('weights')).toBeLessThanOrEqual(drawn.weightBudget);
          expect(sum('use')).toBeLessThanOrEqual(drawn.useBudget);
        }
      }),
      { numRuns: 2 * runs, seed },
    );
  });

  it('says below what cost it has dropped nothing', () => {
    fc.assert(
      fc.property(instance, fc.integer({ min: 1, max: 4 }), (drawn, width) => {
        const { selections, dropped } = solve(drawn, width);
        const least = leastByForce(drawn);
        const found = Math.min(selections[0]?.cost ?? drawn.cutoff, dropped, drawn.cutoff);
        expect(found).toBeLessThanOrEqual(least + 1e-9);
      }),
      { numRuns: runs, seed },
    );
  });
});

let highs: Highs;
beforeAll(async () => {
  highs = await loadHighs();
});

describe('dualBound', () => {
  it('is the linear relaxation, and below every selection', () => {
    fc.assert(
      fc.property(instance, (drawn) => {
        const { dual } = solve(drawn, 1);
        expect(dual.bound).toBeLessThanOrEqual(leastByForce(drawn) + 1e-9);
        const program = newProgram();
        const shares = drawn.groups.map((list) => list.map(() => column(program, 1, false)));
        for (const own of shares)
          equals(
            program,
            linear(
              0,
              own.map((s) => [s, 1] as const),
            ),
            1,
          );
        const form = (of: 'cost' | 'weights' | 'use') =>
          linear(
            0,
            drawn.groups.flatMap((list, g) => list.map((c, i) => [shares[g][i], c[of]] as const)),
          );
        row(program, form('weights'), Number.NEGATIVE_INFINITY, drawn.weightBudget);
        row(program, form('use'), Number.NEGATIVE_INFINITY, drawn.useBudget);
        program.objective = form('cost');
        const { status, solution } = runHighs(highs, program, {});
        if (status === 'infeasible' || !solution) {
          // More than any selection costs.
          expect(dual.bound).toBeGreaterThan(5 * 12);
          return;
        }
        const relaxed = drawn.groups.reduce(
          (sum, list, g) => sum + list.reduce((own, c, i) => own + c.cost * solution[shares[g][i]], 0),
          0,
        );
        expect(dual.bound).toBeCloseTo(relaxed, 4);
      }),
      { numRuns: runs, seed },
    );
  });
});
