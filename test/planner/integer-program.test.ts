import { describe, expect, it } from 'vitest';
import { solve } from '../../src/planner/solve.js';
import { inception } from './inception.js';
import { toIntegerProgram } from './integer-program.js';

interface Highs {
  solve(program: string, options: Record<string, number>): { Status: string; ObjectiveValue: number };
}

const name = 'highs';
const load: (() => Promise<Highs>) | undefined = await import(name).then(
  (loaded) => loaded.default,
  () => undefined,
);

describe.skipIf(!load)('solve, beside the integer programming solver HiGHS (skipped where it is not installed)', () => {
  it.each([1, 2, 3, 4, 5, 6])('finds the same latency for network %i', async (network) => {
    if (!load) return;
    const problem = inception({
      seed: network,
      blocks: 2 + (network % 3),
      branches: 3,
      depth: 3,
      activationBits: network % 3 ? [4, 8] : [8],
    });
    problem.link = { fixedSeconds: 0.02, secondsPerByteUp: 8 / 0.3e6, secondsPerByteDown: 1e-6 };
    problem.deliver = network % 2 ? 'edge' : 'cloud';
    for (const { options } of problem.layers) for (const option of options) option.seconds /= 4;
    const free = solve(problem).best;
    if (!free) throw new Error('without limits there is always a plan');
    problem.limits = { memoryBytes: Math.floor(0.7 * free.memory.total), error: 0.2 * free.error };
    const tolerances = { mip_rel_gap: 1e-8, mip_abs_gap: 1e-10, mip_feasibility_tolerance: 1e-9, primal_feasibility_tolerance: 1e-9 };
    const expected = (await load()).solve(toIntegerProgram(problem), tolerances);
    expect(expected.Status).toBe('Optimal');
    const { best } = solve(problem);
    expect(best && best.latency.total / expected.ObjectiveValue).toBeCloseTo(1, 6);
  });
});
