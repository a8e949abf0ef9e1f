import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { account } from '../../../src/planner/core/accounting.js';
import { linearLimits } from '../../../src/planner/core/limits.js';
import { isWithin } from '../../../src/planner/core/prefer.js';
import type { PlanningProblem } from '../../../src/planner/core/problem.js';
import { loadHighs } from '../../../src/planner/highs/load.js';
import { runHighs } from '../../../src/planner/highs/run.js';
import { type HighsOptions, solveWithHighs } from '../../../src/planner/highs/solve.js';
import { scaledRuns } from '../../thorough.js';
import { leastByForce } from '../brute-force.js';
import { inception } from '../inception.js';
import { withObjective } from '../random-objective.js';
import { smallProblem } from '../random-problem.js';
import { smallNetwork } from '../small-network.js';

const seed = Number(process.env.SEED ?? 1);
const runs = Number(process.env.RUNS ?? scaledRuns(300));

/** One HiGHS in this process: a thread for each of hundreds of problems takes longer than they do. */
let here: HighsOptions;
beforeAll(async () => {
  const highs = await loadHighs();
  here = { run: async (program, limits) => runHighs(highs, program, limits) };
});

async function check(problem: PlanningProblem): Promise<void> {
  const expected = leastByForce(problem);
  const { best, optimality, infeasible } = await solveWithHighs(problem, here);
  if (expected === Number.POSITIVE_INFINITY) {
    expect(best).toBeUndefined();
    expect(infeasible?.reason).toBeTruthy();
    return;
  }
  expect(best, JSON.stringify(infeasible)).toBeDefined();
  if (!best) return;
  expect(best).toEqual({ ...account(problem, best.assignment), assignment: best.assignment });
  expect(isWithin(problem, best, problem.limits.memoryBytes, linearLimits(problem))).toBe(true);
  expect(optimality.gap).toBe(0);
  expect(Math.abs(optimality.lowerBound - expected)).toBeLessThanOrEqual(1e-7 * expected + 1e-12);
}

describe('solveWithHighs', () => {
  it('finds what trying every plan finds: bits, encodings, pins, limits, prefixes and closed cuts', () =>
    fc.assert(fc.asyncProperty(smallProblem, check), { numRuns: runs, seed }));

  it('finds it for energy, cost, throughput and weights, and within limits of energy and cost', () =>
    fc.assert(
      fc.asyncProperty(smallProblem, fc.integer(), (problem, objective) => check(withObjective(problem, objective))),
      { numRuns: runs, seed },
    ));

  it('finds it on a thread of its own', async () => {
    const { best, optimality } = await solveWithHighs(smallNetwork());
    expect(best).toMatchObject({ decision: 'cloud-only', crossing: [0] });
    expect(optimality).toEqual({ lowerBound: best?.latency.total, gap: 0 });
  });

  it('says which limit cannot be met', async () => {
    const pinned = { decision: 'edge-only' } as const;
    const why = async (limits: PlanningProblem['limits']) =>
      (await solveWithHighs(smallNetwork({ pinned, limits }), here)).infeasible;
    expect(await why({ memoryBytes: 200 })).toMatchObject({ constraint: 'memory', needed: 270, limit: 200 });
    expect(await why({ error: 0.02 })).toMatchObject({ constraint: 'error', limit: 0.02 });
    expect(await why({ latencySeconds: 1 })).toMatchObject({ constraint: 'latency', needed: 7, limit: 1 });
    expect((await solveWithHighs(smallNetwork({ pinned: { crossing: [2] } }), here)).infeasible).toMatchObject({
      constraint: 'structure',
    });
  });

  it('keeps limits that a sum meets exactly, and those that it misses by a hair', async () => {
    // `first` and `second` at 8 bits: 0.02 of error; a hair less takes 4 bits nowhere, so that the cut moves.
    const problem = (error: number) => smallNetwork({ pinned: { crossing: [1, 2] }, limits: { error } });
    const exact = 0.01 + 0.01;
    expect((await solveWithHighs(problem(exact), here)).best?.error).toBe(exact);
    const missed = await solveWithHighs(problem(exact * (1 - 1e-11)), here);
    expect(missed.best).toBeUndefined();
  });

  it('reports the gap that it was allowed to leave', async () => {
    const problem = inception({ seed: 3, blocks: 6, branches: 3, depth: 3, activationBits: [4, 8] });
    problem.link = { fixedSeconds: 0.02, secondsPerByteUp: 8 / 0.3e6, secondsPerByteDown: 0 };
    for (const { options } of problem.layers) for (const option of options) option.seconds /= 4;
    const free = (await solveWithHighs(problem, here)).best;
    problem.limits = { memoryBytes: 0.7 * (free?.memory.total ?? 0), error: 0.1 * (free?.error ?? 0) };
    const short = await solveWithHighs(problem, { ...here, gap: 0.3 });
    const whole = await solveWithHighs(problem, here);
    expect(whole.optimality.gap).toBe(0);
    expect(short.optimality.gap).toBeGreaterThan(0);
    expect(short.optimality.gap).toBeLessThanOrEqual(0.3);
    expect(short.optimality.lowerBound).toBeLessThanOrEqual((whole.best?.latency.total ?? 0) * (1 + 1e-9));
    await expect(solveWithHighs(problem, { ...here, nodes: 0 })).rejects.toMatchObject({ code: 'SOLVER_FAILED' });
  });

  it('refuses what no solver could be trusted on, and says where HiGHS ends without a plan', async () => {
    const problem = smallNetwork();
    const failing: HighsOptions = { run: async () => ({ status: 'failed', bound: 0, code: 4 }) };
    await expect(solveWithHighs(problem, failing)).rejects.toMatchObject({ code: 'SOLVER_FAILED' });
    problem.layers[1].options[0].seconds = Number.NaN;
    await expect(solveWithHighs(problem, here)).rejects.toMatchObject({ code: 'COSTS_INVALID' });
  });
});
