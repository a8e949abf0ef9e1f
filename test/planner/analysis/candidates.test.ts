import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { candidateCuts } from '../../../src/planner/analysis/candidates.js';
import { account } from '../../../src/planner/core/accounting.js';
import type { Plan, PlanningProblem } from '../../../src/planner/core/problem.js';
import { solve } from '../../../src/planner/search/solve.js';
import { scaledRuns } from '../../thorough.js';
import { everyPlan } from '../brute-force.js';
import { randomProblem } from '../random-problem.js';
import { smallNetwork } from '../small-network.js';

function best(problem: PlanningProblem): Plan {
  const { best: plan } = solve(problem);
  if (!plan) throw new Error('there is no plan');
  return plan;
}

const onEdge = ({ assignment: { edge } }: Plan) => edge.filter(Boolean).length;

/** A chain of layers with one tensor between each two. */
function chain(length: number): PlanningProblem {
  const base = smallNetwork();
  const tensors = Array.from({ length: length + 1 }, (_, t) => ({
    ...base.tensors[Math.min(t, 1)],
    name: `t${t}`,
    producer: t - 1,
    isOutput: t === length,
  }));
  const layers = Array.from({ length }, (_, i) => ({
    ...base.layers[0],
    name: `l${i}`,
    inputs: [i],
    outputs: [i + 1],
  }));
  return { ...base, layers, tensors };
}

describe('candidateCuts', () => {
  it('has each prefix once, from the cloud to the edge, the plan itself among them', () => {
    const problem = smallNetwork();
    const plan = best(problem);
    const found = candidateCuts(problem, plan);
    expect(found.map((candidate) => onEdge(candidate.plan))).toEqual([0, 1, 2, 3]);
    expect(found.filter(({ isTaken }) => isTaken).map((candidate) => candidate.plan.assignment)).toEqual([
      plan.assignment,
    ]);
  });

  it('finds the best plan of each cut', () => {
    const problem = smallNetwork({ limits: { memoryBytes: 300, error: 0.3 } });
    for (const { plan } of candidateCuts(problem, best(problem))) {
      const { edge } = plan.assignment;
      const decreed = {
        ...problem,
        layers: problem.layers.map((layer, i) => ({
          ...layer,
          placement: edge[i] ? ('edge' as const) : ('cloud' as const),
        })),
      };
      let exact = Number.POSITIVE_INFINITY;
      everyPlan(decreed, ({ seconds, memory, error }) => {
        if (memory <= 300 && error <= 0.3) exact = Math.min(exact, seconds);
      });
      expect(plan.feasible).toBe(exact < Number.POSITIVE_INFINITY);
      if (plan.feasible) expect(plan.latency.total).toBeCloseTo(exact, 9);
      else expect(plan.violated.length).toBeGreaterThan(0);
    }
  });

  it('keeps first, last, the plan itself and evenly spread cuts of a long chain', () => {
    const problem = chain(200);
    const plan = best(problem);
    const found = candidateCuts(problem, plan, { most: 20 }).map((candidate) => onEdge(candidate.plan));
    expect(found.length).toBeLessThanOrEqual(21);
    expect(found).toContain(onEdge(plan));
    expect([found[0], found.at(-1)]).toEqual([0, 200]);
    const gaps = found.slice(1).map((length, i) => length - found[i]);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(11);
  });

  it('is consistent on any network: costs are those of the accounting, none within the limits beats the best plan', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const problem = {
          ...randomProblem(seed, { layers: 6, options: 2, ties: false }),
          objective: 'latency' as const,
        };
        const { best: plan } = solve(problem);
        if (!plan) return;
        const found = candidateCuts(problem, plan);
        expect(found.filter(({ isTaken }) => isTaken)).toHaveLength(1);
        for (const { plan: candidate } of found) {
          expect(account(problem, candidate.assignment).latency.total).toBe(candidate.latency.total);
          if (candidate.feasible && !problem.pinned)
            expect(candidate.latency.total).toBeGreaterThanOrEqual(plan.latency.total * (1 - 1e-9));
        }
      }),
      { numRuns: scaledRuns(40) },
    );
  });
});
