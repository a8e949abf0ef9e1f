import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crossingTensors } from '../../../src/planner/core/crossing.js';
import type { PlanningProblem } from '../../../src/planner/core/problem.js';
import { leastByForce } from '../brute-force.js';
import { everyCut, keepsLimits, plansOf, runs, seed, smallModel } from '../small-model.js';

describe('buildModel', () => {
  it('keeps a fastest plan within the limits, whatever it leaves out', () => {
    fc.assert(
      fc.property(smallModel, (small) => {
        const kept = everyCut(small.model)
          .flatMap((edge) => plansOf(small, edge))
          .filter((plan) => keepsLimits(small, plan))
          .map(({ cost }) => cost.latency.total);
        const least = Math.min(Number.POSITIVE_INFINITY, ...kept);
        const expected = leastByForce(small.problem);
        expect(least === expected || Math.abs(least - expected) < 1e-9 * expected).toBe(true);
      }),
      { numRuns: runs, seed },
    );
  });
});

describe('crossingTensors', () => {
  it('is what is made on the edge and wanted in the cloud', () => {
    const wanted = ({ layers, tensors, deliver }: PlanningProblem, edge: boolean[]) =>
      tensors.flatMap(({ producer, availableFrom = producer, isOutput }, t) => {
        const isThere = (producer < 0 || edge[producer]) && (availableFrom < 0 || edge[availableFrom]);
        const isRead = layers.some(({ inputs }, l) => !edge[l] && inputs.includes(t));
        return isThere && (isRead || (deliver === 'cloud' && isOutput)) ? [t] : [];
      });
    fc.assert(
      fc.property(smallModel, fc.nat(), ({ problem }, bits) => {
        const edge = problem.layers.map((_, l) => ((bits >> l) & 1) === 1);
        expect(crossingTensors(problem, edge)).toEqual(wanted(problem, edge));
      }),
      { numRuns: runs, seed },
    );
  });
});
