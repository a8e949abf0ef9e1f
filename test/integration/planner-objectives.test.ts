import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { objectiveOf } from '../../src/planner/core/measure.js';
import type { PlanningObjective, PlanningProblem } from '../../src/planner/core/problem.js';
import { solve } from '../../src/planner/search/solve.js';
import { leastByForce } from '../planner/brute-force.js';
import { withObjective } from '../planner/random-objective.js';
import { smallProblem } from '../planner/random-problem.js';
import { scaledRuns } from '../thorough.js';

const OBJECTIVES: PlanningObjective[] = [
  'latency',
  'energy',
  'cost',
  'throughput',
  'error',
  { latency: 1, energy: 0.3 },
  { energy: 2, cost: 5 },
];

const SLACK = 1 + 1e-12;

describe.each(OBJECTIVES.map((objective) => [JSON.stringify(objective), objective] as const))('%s', (_, objective) => {
  it('finds what trying every plan finds, within limits on everything', () => {
    let found = 0;
    fc.assert(
      fc.property(smallProblem, fc.integer(), (plain, seed) => {
        const problem = withObjective(plain, seed, objective);
        const least = leastByForce(problem);
        const { best, optimality, infeasible } = solve(problem);
        if (least === Number.POSITIVE_INFINITY) {
          expect(best).toBeUndefined();
          expect(infeasible?.reason).toBeTruthy();
          return;
        }
        found++;
        if (!best) throw new Error(`no plan was found, but there is one: ${infeasible?.reason}`);
        const value = objectiveOf(problem, best);
        expect(value).toBeLessThanOrEqual(least * (1 + 2e-9) + 1e-12);
        expect(value).toBeGreaterThanOrEqual(least * (1 - 1e-9) - 1e-12);
        expect(optimality.lowerBound).toBeLessThanOrEqual(least * (1 + 1e-9) + 1e-12);
        expect(optimality.gap).toBeLessThan(2e-9);
      }),
      { numRuns: scaledRuns(150), seed: 20 },
    );
    expect(found).toBeGreaterThan(scaledRuns(30));
  });
});

describe('limits in any combination', () => {
  it('says which one binds and by how much', () => {
    fc.assert(
      fc.property(smallProblem, fc.integer(), (plain, seed) => {
        const problem = withObjective({ ...plain, limits: {}, pinned: undefined }, seed, 'latency');
        const free = solve({ ...problem, limits: {} }).best;
        const frugal = solve({ ...problem, limits: {}, objective: 'energy' }).best;
        if (!free || !frugal || frugal.energy.total === 0) return;
        const energyJoules = frugal.energy.total * 0.9;
        const { best, infeasible } = solve({ ...problem, limits: { energyJoules } });
        expect(best).toBeUndefined();
        expect(infeasible).toMatchObject({ constraint: 'energy', limit: energyJoules });
        expect(infeasible?.needed).toBeCloseTo(frugal.energy.total, 9);
      }),
      { numRuns: scaledRuns(60), seed: 3 },
    );
  });
  it('takes the most accurate plan within a latency, and of those the fastest', () => {
    fc.assert(
      fc.property(smallProblem, (plain) => {
        const problem: PlanningProblem = {
          ...plain,
          limits: { ...plain.limits, error: undefined, latencySeconds: undefined },
        };
        const fastest = solve(problem).best;
        if (!fastest) return;
        const latencySeconds = fastest.latency.total * 1.2;
        const accurate = solve({ ...problem, objective: 'error', limits: { ...problem.limits, latencySeconds } }).best;
        if (!accurate) throw new Error('the fastest plan is within the limit');
        expect(accurate.latency.total).toBeLessThanOrEqual(latencySeconds * SLACK);
        const again = solve({ ...problem, limits: { ...problem.limits, error: accurate.error } }).best;
        expect(again?.latency.total).toBeCloseTo(accurate.latency.total, 9);
      }),
      { numRuns: scaledRuns(60), seed: 4 },
    );
  });
});
