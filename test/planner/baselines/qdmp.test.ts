import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { articulationPoints } from '../../../src/planner/baselines/articulation.js';
import { qdmpCut } from '../../../src/planner/baselines/qdmp.js';
import { widestCut } from '../../../src/planner/baselines/widest.js';
import { account } from '../../../src/planner/core/accounting.js';
import type { PlanningProblem } from '../../../src/planner/core/problem.js';
import { scaledRuns } from '../../thorough.js';
import { inception } from '../inception.js';
import { randomProblem } from '../random-problem.js';
import { smallNetwork } from '../small-network.js';

/** Layers without which no path leads from where data enters to a layer that nobody reads. */
function pointsByPaths({ layers, tensors, cuts }: PlanningProblem): number[] {
  const before = layers.map(({ inputs }, l) => {
    const needed = inputs.flatMap((t) => [tensors[t].producer, tensors[t].availableFrom ?? -1]);
    return [...needed, ...(cuts === 'prefixes' ? [l - 1] : [])].filter((p) => p >= 0);
  });
  const isRead = layers.map((_, l) => before.some((list) => list.includes(l)));
  const takesInput = layers.map(
    ({ inputs }, l) => before[l].length === 0 || inputs.some((t) => tensors[t].producer < 0),
  );
  return layers.flatMap((_, removed) => {
    const reached: boolean[] = [];
    for (const [l, list] of before.entries())
      reached[l] = l !== removed && (takesInput[l] || list.some((p) => reached[p]));
    return layers.some((_, l) => reached[l] && !isRead[l]) ? [] : [removed];
  });
}

const networks = fc.tuple(fc.integer(), fc.integer({ min: 1, max: 40 }), fc.boolean()).map(
  ([seed, layers, ties]): PlanningProblem => ({
    ...randomProblem(seed, { layers, options: 2, ties }),
    pinned: undefined,
  }),
);

const blocks = fc
  .record({
    seed: fc.nat(1e6),
    blocks: fc.integer({ min: 1, max: 8 }),
    branches: fc.integer({ min: 1, max: 4 }),
    rate: fc.double({ min: 5, max: 8, noNaN: true }),
    fixed: fc.constantFrom(0, 0.02),
  })
  .map(({ seed, blocks, branches, rate, fixed }) => {
    const problem = inception({ seed, blocks, branches, depth: 3 });
    problem.link = { fixedSeconds: fixed, secondsPerByteUp: 8 / 10 ** rate, secondsPerByteDown: 1e-6 };
    for (const { options } of problem.layers) for (const option of options) option.seconds /= 4;
    // Some layer that the device cannot run, so that a split is what is left beside the cloud alone.
    problem.layers[seed % problem.layers.length].placement = 'cloud';
    problem.deliver = seed % 2 === 0 ? 'edge' : 'cloud';
    return problem;
  });

/** Within two parts in 1e9: either rounds its capacities. */
function check(problem: PlanningProblem): void {
  const [qdmp, dads] = [qdmpCut(problem), widestCut(problem, problem.cuts)];
  expect(qdmp === undefined).toBe(dads === undefined);
  if (!qdmp || !dads) return;
  expect(qdmp).toEqual({ ...account(problem, qdmp.assignment), assignment: qdmp.assignment });
  expect(Math.abs(qdmp.latency.total - dads.latency.total)).toBeLessThanOrEqual(1e-9 * dads.latency.total + 1e-12);
}

describe('qdmpCut', () => {
  it('is as fast as the minimum cut of the whole DAG, on networks with pins, side outputs and several inputs', () => {
    fc.assert(fc.property(networks, check), { numRuns: scaledRuns(300), seed: 3 });
  });

  it('is as fast as it on blocks of parallel branches, of which it looks at one at a time', () => {
    let splits = 0;
    fc.assert(
      fc.property(blocks, (problem) => {
        check(problem);
        if (qdmpCut(problem)?.decision === 'split') splits++;
        // The concatenation of each block, its stem and its end.
        expect(articulationPoints(problem).length).toBeGreaterThan(2);
      }),
      { numRuns: scaledRuns(60), seed: 4 },
    );
    expect(splits).toBeGreaterThanOrEqual(scaledRuns(6));
  });
});

describe('articulationPoints', () => {
  it('are the layers that every path runs through', () => {
    fc.assert(
      fc.property(networks, (problem) => {
        expect(articulationPoints(problem)).toEqual(pointsByPaths(problem));
      }),
      { numRuns: scaledRuns(300), seed: 5 },
    );
    expect(articulationPoints(smallNetwork())).toEqual([0, 2]);
  });
});
