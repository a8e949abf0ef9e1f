import fc from 'fast-check';
import type { Highs } from 'highs';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadHighs } from '../../../src/planner/highs/load.js';
import { atLeast, column, equals, linear, newProgram, row } from '../../../src/planner/highs/program.js';
import { runHighs } from '../../../src/planner/highs/run.js';
import { addSolution, createMaster, solveMaster } from '../../../src/planner/relaxation/master.js';
import { runs, seed } from '../small-model.js';

let highs: Highs;
beforeAll(async () => {
  highs = await loadHighs();
});

const cost = fc.integer({ min: 0, max: 40 }).map((quarters) => quarters / 4);
const instance = fc.integer({ min: 1, max: 4 }).chain((limits) =>
  fc.record({
    limits: fc.array(
      fc.integer({ min: 1, max: 32 }).map((quarters) => quarters / 4),
      { minLength: limits, maxLength: limits },
    ),
    solutions: fc.array(fc.tuple(cost, fc.array(cost, { minLength: limits, maxLength: limits })), {
      minLength: 1,
      maxLength: 8,
    }),
  }),
);
const PENALTY = 1000;

/** The same mix by HiGHS: shares that add up to 1 and keep the limits, or break them at the penalty. */
function mixByHighs(limits: number[], solutions: [number, number[]][]) {
  const program = newProgram();
  const shares = solutions.map(() => column(program, 1, false));
  const broken = column(program, 1, false);
  equals(program, linear(0, [...shares.map((s) => [s, 1] as const), [broken, 1]]), 1);
  limits.forEach((limit, i) => {
    const used = solutions.map(([, resources], s) => [shares[s], resources[i]] as const);
    row(program, linear(0, used), Number.NEGATIVE_INFINITY, limit);
  });
  for (const share of shares) atLeast(program, linear(0, [[share, 1]]), 0);
  program.objective = linear(0, [...solutions.map(([c], s) => [shares[s], c] as const), [broken, PENALTY]]);
  const { solution, bound } = runHighs(highs, program, {});
  if (!solution) throw new Error('some mix is always possible');
  const value = solutions.reduce((sum, [c], s) => sum + c * solution[shares[s]], PENALTY * solution[broken]);
  return { value, broken: solution[broken], bound };
}

describe('solveMaster', () => {
  it('mixes as cheaply as a linear program solver, at prices that prove it', () => {
    fc.assert(
      fc.property(instance, ({ limits, solutions }) => {
        const master = createMaster(limits, PENALTY, 1);
        for (const [c, resources] of solutions) addSolution(master, c, resources);
        const { value, multipliers, price, shares } = solveMaster(master);
        const expected = mixByHighs(limits, solutions);
        if (value === Number.POSITIVE_INFINITY) {
          expect(expected.broken).toBeGreaterThan(0);
          return;
        }
        expect(value).toBeCloseTo(expected.value, 5);
        expect([...shares.values()].reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 6);
        // Duality: no solution is worth more than the price, and price less limits is the value.
        for (const [c, resources] of solutions) {
          const priced = resources.reduce((sum, use, i) => sum + multipliers[i] * use, c);
          expect(priced).toBeGreaterThanOrEqual(price - 1e-6);
        }
        expect(limits.reduce((sum, limit, i) => sum - multipliers[i] * limit, price)).toBeCloseTo(value, 5);
      }),
      { numRuns: runs, seed },
    );
  });
});
