import { beforeAll, describe, expect, it } from 'vitest';
import type { PlanningProblem } from '../../src/planner/core/problem.js';
import { loadHighs } from '../../src/planner/highs/load.js';
import { runHighs } from '../../src/planner/highs/run.js';
import { type HighsOptions, solveWithHighs } from '../../src/planner/highs/solve.js';
import { solve } from '../../src/planner/search/solve.js';
import { leastByForce } from '../planner/brute-force.js';
import { inception } from '../planner/inception.js';
import { randomNumbers, randomProblem } from '../planner/random-problem.js';

const seeds = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

/** Up to 12 layers with up to 4 options each, several inputs and outputs, pins, limits that may be impossible. */
function smallDag(seed: number): PlanningProblem {
  const { below, chance } = randomNumbers(seed);
  return randomProblem(seed, { layers: 1 + below(12), options: 4, ties: chance(0.3) });
}

/** 40 to 80 layers, every second time blocks of parallel branches, with limits below what the fastest plan takes. */
function mediumDag(seed: number): PlanningProblem {
  const { below, chance, unit, pick } = randomNumbers(seed);
  const draw = () => {
    if (seed % 2 === 0)
      return { ...randomProblem(below(2 ** 30), { layers: 40 + below(41), options: 4, ties: false }), limits: {} };
    const problem = inception({
      seed,
      blocks: 6 + below(3),
      branches: 3,
      depth: 3,
      activationBits: chance(0.5) ? [4, 8] : [8],
    });
    for (const { options } of problem.layers) for (const option of options) option.seconds /= 4;
    problem.link = {
      fixedSeconds: 0.02,
      secondsPerByteUp: 8 / (pick([0.1, 0.3, 1, 3]) * 1e6),
      secondsPerByteDown: 1e-6,
    };
    return problem;
  };
  for (;;) {
    const problem: PlanningProblem = draw();
    // Where pins leave no cut, or the cloud alone is the fastest, limits have nothing to do.
    const free = solve(problem).best;
    if (!free || free.decision === 'cloud-only') continue;
    const limits = {
      memoryBytes: Math.floor((0.5 + 0.4 * unit()) * free.memory.total),
      error: (0.1 + 0.8 * unit()) * free.error,
    };
    return { ...problem, limits };
  }
}

describe('solve', () => {
  it('has the latency of the best of all plans, on 500 small DAGs', () => {
    const answers = new Map<string, number>();
    for (const seed of seeds(500)) {
      const problem = smallDag(seed);
      const expected = leastByForce(problem);
      const { best, infeasible } = solve(problem);
      const found = best?.latency.total ?? Number.POSITIVE_INFINITY;
      if (found !== expected)
        expect(Math.abs(found - expected), `seed ${seed}`).toBeLessThanOrEqual(1e-9 * expected + 1e-12);
      const answer = best?.decision ?? infeasible?.constraint ?? '';
      answers.set(answer, (answers.get(answer) ?? 0) + 1);
    }
    // Each kind of answer is among them.
    for (const answer of ['split', 'edge-only', 'cloud-only', 'memory', 'error', 'structure'])
      expect(answers.get(answer), answer).toBeGreaterThan(10);
  });

  it('gives the same answer every time', () => {
    for (const seed of seeds(50))
      expect(JSON.stringify(solve(smallDag(seed)))).toBe(JSON.stringify(solve(smallDag(seed))));
  });

  describe('beside the integer programming solver HiGHS', () => {
    let here: HighsOptions;
    beforeAll(async () => {
      const highs = await loadHighs();
      here = { run: async (program, limits) => runHighs(highs, program, limits) };
    });

    it('has the same latency on 50 DAGs of 40 to 80 layers', async () => {
      let planned = 0;
      for (const seed of seeds(50)) {
        const problem = mediumDag(seed);
        expect(problem.layers.length).toBeGreaterThanOrEqual(40);
        expect(problem.layers.length).toBeLessThanOrEqual(80);
        const expected = await solveWithHighs(problem, here);
        const { best } = solve(problem);
        expect(best === undefined, `seed ${seed}`).toBe(expected.best === undefined);
        if (!best || !expected.best) continue;
        planned++;
        expect(expected.optimality.gap, `seed ${seed}`).toBe(0);
        expect(Math.abs(best.latency.total / expected.best.latency.total - 1), `seed ${seed}`).toBeLessThanOrEqual(
          1e-6,
        );
      }
      // Limits leave no plan to the others.
      expect(planned).toBeGreaterThanOrEqual(40);
    });
  });
});
