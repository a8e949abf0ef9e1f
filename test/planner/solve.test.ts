import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../src/planner/evaluate.js';
import type { PlanningProblem } from '../../src/planner/problem.js';
import { solve } from '../../src/planner/solve.js';
import { everyPlan } from './brute-force.js';
import { inception } from './inception.js';
import { randomProblem, smallProblem } from './random-problem.js';

const rounding = 1 + 1e-9;

function fastest(problem: PlanningProblem): number {
  const {
    memoryBytes = Number.POSITIVE_INFINITY,
    error: errorLimit = Number.POSITIVE_INFINITY,
    latencySeconds = Number.POSITIVE_INFINITY,
  } = problem.limits;
  let best = Number.POSITIVE_INFINITY;
  everyPlan(problem, ({ seconds, memory, error }) => {
    if (memory <= memoryBytes && error <= errorLimit * rounding && seconds <= latencySeconds * rounding) best = Math.min(best, seconds);
  });
  return best;
}

/** Checks one answer against every plan there is. */
function check(problem: PlanningProblem): void {
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
}

const seed = Number(process.env.SEED ?? 1);
const runs = Number(process.env.RUNS ?? 200);

describe('solve', () => {
  it('finds what trying every plan finds', () => {
    fc.assert(fc.property(smallProblem, check), { numRuns: runs, seed });
  });

  it('finds it where the limits are hard to meet', () => {
    const share = fc.double({ min: 0, max: 0.5, noNaN: true });
    fc.assert(
      fc.property(fc.integer(), fc.boolean(), share, share, (base, isEdgeOnly, memoryShare, errorShare) => {
        const problem = randomProblem(base, { layers: 5, options: 5, ties: false });
        problem.limits = {};
        delete problem.pinned;
        if (isEdgeOnly) problem.pinned = { decision: 'edge-only' };
        const memory: number[] = [];
        const error: number[] = [];
        everyPlan(problem, (plan) => {
          memory.push(plan.memory);
          error.push(plan.error);
        });
        if (memory.length === 0) return;
        const quantile = (values: number[], at: number) => values.sort((a, b) => a - b)[Math.floor(at * (values.length - 1))];
        problem.limits = { memoryBytes: quantile(memory, memoryShare), error: quantile(error, errorShare) * rounding };
        check(problem);
      }),
      { numRuns: runs, seed },
    );
  });

  it('never gets slower as a limit is loosened, nor faster than it proves', () => {
    for (const network of [1, 2]) {
      const problem = inception({ seed: network, blocks: 6, branches: 3, depth: 3, activationBits: [4, 8] });
      problem.link = { fixedSeconds: 0.02, secondsPerByteUp: 8 / 0.3e6, secondsPerByteDown: 0 };
      const free = solve(problem).best;
      if (!free) throw new Error('without limits there is always a plan');
      const found: { memory: number; error: number; seconds: number; bound: number }[] = [];
      for (const memory of [0.5, 0.6, 0.65, 0.7, 0.71, 0.72, 0.75, 0.8, 0.9]) {
        for (const error of [0.05, 0.1, 0.2]) {
          const limits = { memoryBytes: memory * free.memory.total, error: error * free.error };
          const { best, optimality } = solve({ ...problem, limits });
          if (best) found.push({ memory, error, seconds: best.latency.total, bound: optimality.lowerBound });
        }
      }
      expect(found.length).toBeGreaterThan(9);
      for (const loose of found) {
        for (const tight of found) {
          if (tight.memory <= loose.memory && tight.error <= loose.error)
            expect(tight.seconds).toBeGreaterThanOrEqual(loose.bound * (1 - 1e-9));
        }
      }
    }
  });
});
