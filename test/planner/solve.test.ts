import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../src/planner/evaluate.js';
import type { PlanningProblem } from '../../src/planner/problem.js';
import { solve } from '../../src/planner/solve.js';
import { everyPlan } from './brute-force.js';
import { smallProblem } from './random-problem.js';

const rounding = 1 + 1e-9;

function fastest(problem: PlanningProblem): number {
  const { memoryBytes = Number.POSITIVE_INFINITY, error: errorLimit = Number.POSITIVE_INFINITY, latencySeconds = Number.POSITIVE_INFINITY } = problem.limits;
  let best = Number.POSITIVE_INFINITY;
  everyPlan(problem, ({ seconds, memory, error }) => {
    if (memory <= memoryBytes && error <= errorLimit * rounding && seconds <= latencySeconds * rounding) best = Math.min(best, seconds);
  });
  return best;
}

describe('solve', () => {
  it('finds what trying every plan finds', () => {
    fc.assert(
      fc.property(smallProblem, (problem) => {
        const expected = fastest(problem);
        const { best, infeasible, optimality } = solve(problem);
        if (expected === Number.POSITIVE_INFINITY) {
          expect(best).toBeUndefined();
          expect(infeasible?.reason).toBeTruthy();
          return;
        }
        expect(best, JSON.stringify(infeasible)).toBeDefined();
        if (!best) return;
        const cost = evaluate(problem, best.assignment);
        expect(best).toEqual({ ...cost, assignment: best.assignment });
        expect(Math.abs(cost.latency.total - expected)).toBeLessThanOrEqual(1e-9 * expected + 1e-12);
        expect(optimality.gap).toBe(0);
        expect(cost.memory.total).toBeLessThanOrEqual(problem.limits.memoryBytes ?? Number.POSITIVE_INFINITY);
        expect(cost.error).toBeLessThanOrEqual((problem.limits.error ?? Number.POSITIVE_INFINITY) * rounding);
      }),
      { numRuns: Number(process.env.RUNS ?? 200), seed: Number(process.env.SEED ?? 1) },
    );
  });
});
