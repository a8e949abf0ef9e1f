import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { front, frontier } from '../../../src/planner/analysis/front.js';
import { trivialPlans } from '../../../src/planner/baselines/index.js';
import { account } from '../../../src/planner/core/accounting.js';
import { createSearcher, limitsBeside, search } from '../../../src/planner/search/search.js';
import { solve } from '../../../src/planner/search/solve.js';
import { scaledRuns } from '../../thorough.js';
import { everyPlan } from '../brute-force.js';
import { smallProblem } from '../random-problem.js';
import { smallNetwork } from '../small-network.js';

describe('front', () => {
  it('starts with the best plan, has no plan that another beats, and none that any plan beats', () => {
    fc.assert(
      fc.property(smallProblem, (problem) => {
        const plans = front(problem);
        const { best } = solve(problem);
        expect(plans[0]?.latency.total).toBe(best?.latency.total);
        const {
          memoryBytes = Number.POSITIVE_INFINITY,
          error: errorLimit = Number.POSITIVE_INFINITY,
          latencySeconds = Number.POSITIVE_INFINITY,
        } = problem.limits;
        plans.forEach((plan, i) => {
          expect(plan).toEqual({ ...account(problem, plan.assignment), assignment: plan.assignment });
          expect(plan.memory.total).toBeLessThanOrEqual(memoryBytes);
          expect(plan.error).toBeLessThanOrEqual(errorLimit * (1 + 1e-9));
          expect(plan.latency.total).toBeLessThanOrEqual(latencySeconds * (1 + 1e-9));
          if (i === 0) return;
          expect(plan.latency.total).toBeGreaterThan(plans[i - 1].latency.total);
          expect(plan.error).toBeLessThan(plans[i - 1].error);
        });
        everyPlan(problem, ({ seconds, memory, error }) => {
          if (memory > memoryBytes) return;
          for (const plan of plans)
            expect(seconds < plan.latency.total * (1 - 2e-3) && error < plan.error * (1 - 1e-9)).toBe(false);
        });
      }),
      { numRuns: scaledRuns(60), seed: 7 },
    );
  });

  it('has the plan that is hardly slower and more accurate, however little of the error it saves', () => {
    const [image, a] = smallNetwork().tensors;
    const options = [
      { weightBits: 2, activationBits: 8, seconds: 0.1, weightBytes: 25, error: 0.02 },
      { weightBits: 8, activationBits: 8, seconds: 0.1 + 1e-6, weightBytes: 100, error: 0 },
    ];
    const wire = [
      { bits: 2, encoding: 'raw', bytes: 10, error: 0.9 },
      { bits: 3, encoding: 'raw', bytes: 15, error: 0.3 },
    ];
    const plans = front({
      ...smallNetwork({ deliver: 'cloud' }),
      layers: [{ name: 'first', inputs: [0], outputs: [1], placement: 'edge', options, cloudSeconds: 0.1 }],
      tensors: [image, { ...a, isOutput: true, wire }],
    });
    expect(plans.map(({ error }) => Number(error.toFixed(9)))).toEqual([0.92, 0.9, 0.32, 0.3]);
  });

  it('ends with the most accurate plan', () => {
    const plans = front(smallNetwork({ deliver: 'cloud' }));
    expect(plans.length).toBeGreaterThan(1);
    expect(plans[plans.length - 1].error).toBe(0);
  });
});

describe('a search that goes on under tighter limits', () => {
  it('finds what a new one finds, also after it was forked', () => {
    fc.assert(
      fc.property(smallProblem, (plain) => {
        const problem = { ...plain, limits: { memoryBytes: 200, error: 2 } };
        const limits = limitsBeside(problem);
        const searcher = createSearcher(problem, { limits });
        const along = (from: typeof searcher, memoryBytes: number, errors: number[]) => {
          for (const error of errors) {
            const anew = search({ ...problem, limits: { memoryBytes, error } });
            const went = from.run({ memoryBytes, linear: [error] });
            expect(went.best?.latency.total).toBe(anew.best?.latency.total);
            expect(went.best?.error).toBe(anew.best?.error);
            if (went.best) expect(went.lowerBound).toBeCloseTo(anew.lowerBound, 9);
            else expect(went.lowerBound).toBe(Number.POSITIVE_INFINITY);
          }
        };
        along(searcher, 200, [2]);
        const branch = searcher.fork();
        along(branch, 120, [1.5, 0.7, 0.2, 0.01]);
        along(searcher, 60, [2, 0.5, 0]);
      }),
      { numRuns: scaledRuns(120), seed: 9 },
    );
  });
});

describe('frontier', () => {
  it('has plans of every memory and error, none beaten in all of latency, memory, error and energy', () => {
    let sizes = 0;
    fc.assert(
      fc.property(smallProblem, (plain) => {
        const problem = { ...plain, limits: { memoryBytes: 20 * plain.layers.length } };
        const plans = frontier(problem);
        expect(plans[0]?.latency.total).toBe(solve(problem).best?.latency.total);
        sizes += plans.length;
        const uses = plans.map((plan) => [plan.latency.total, plan.memory.total, plan.error, plan.energy.total]);
        uses.forEach((own, i) => {
          expect(own[1]).toBeLessThanOrEqual(problem.limits.memoryBytes);
          for (const [j, other] of uses.entries())
            if (i !== j) expect(other.every((use, k) => use <= own[k])).toBe(false);
        });
        everyPlan(problem, ({ seconds, memory, error }) => {
          if (memory > problem.limits.memoryBytes) return;
          for (const plan of plans) {
            expect(
              seconds < plan.latency.total * (1 - 2e-3) && error <= plan.error && memory <= plan.memory.total,
            ).toBe(false);
          }
        });
      }),
      { numRuns: scaledRuns(60), seed: 8 },
    );
    expect(sizes).toBeGreaterThan(scaledRuns(120));
  });
});

describe('trivialPlans', () => {
  it('finds the best plan of either kind', () => {
    const plans = trivialPlans(smallNetwork());
    expect(plans['cloud-only']).toMatchObject({
      decision: 'cloud-only',
      feasible: true,
      violated: [],
      uplinkBytes: 50,
    });
    expect(plans['edge-only']).toMatchObject({ decision: 'edge-only', feasible: true, latency: { total: 7 } });
    // An edge that only moves what it reads sends the input in another form: nothing may be called faster than
    // cloud-only for it.
    const moving = smallNetwork();
    moving.layers[0] = {
      ...moving.layers[0],
      moves: true,
      options: [{ ...moving.layers[0].options[0], seconds: 0.01 }],
    };
    const { 'cloud-only': encoded } = trivialPlans(moving);
    expect(encoded).toMatchObject({ decision: 'cloud-only', crossing: [1] });
    expect(encoded?.latency.total).toBeLessThan(plans['cloud-only']?.latency.total ?? 0);
    // All bits take the same time here: the tie goes to less memory.
    expect(plans['edge-only']?.memory.weights).toBe(150);
  });

  it('shows an edge-only plan that does not fit at its least memory', () => {
    const plan = trivialPlans(smallNetwork({ limits: { memoryBytes: 100, latencySeconds: 5 } }))['edge-only'];
    expect(plan).toMatchObject({ feasible: false, memory: { weights: 150, activations: 120, total: 270 } });
    expect(plan?.violated.map((text) => text.split(' ')[0])).toEqual(['memory', 'latency']);
  });

  it('shows one that is not accurate enough at its least error', () => {
    const plan = trivialPlans(smallNetwork({ limits: { memoryBytes: 1000, error: 0.001 } }))['edge-only'];
    expect(plan?.feasible).toBe(false);
    expect(plan?.violated).toHaveLength(1);
    expect(plan?.error).toBeCloseTo(0.03, 12);
  });

  it('leaves out what the model does not allow', () => {
    const problem = smallNetwork();
    problem.layers[1].options = [];
    problem.layers[1].placement = 'cloud';
    problem.tensors[0].wire = [];
    expect(trivialPlans(problem)).toEqual({});
  });
});
