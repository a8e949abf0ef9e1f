import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { account } from '../../../src/planner/core/accounting.js';
import type { PlanningProblem, Solution } from '../../../src/planner/core/problem.js';
import { solve } from '../../../src/planner/search/solve.js';
import { scaledRuns } from '../../thorough.js';
import { everyPlan } from '../brute-force.js';
import { inception } from '../inception.js';
import { randomNumbers, randomProblem, smallProblem } from '../random-problem.js';
import { smallNetwork } from '../small-network.js';

const rounding = 1 + 1e-9;

function fastest(problem: PlanningProblem): number {
  const {
    memoryBytes = Number.POSITIVE_INFINITY,
    error: errorLimit = Number.POSITIVE_INFINITY,
    latencySeconds = Number.POSITIVE_INFINITY,
  } = problem.limits;
  let best = Number.POSITIVE_INFINITY;
  everyPlan(problem, ({ seconds, memory, error }) => {
    if (memory <= memoryBytes && error <= errorLimit * rounding && seconds <= latencySeconds * rounding)
      best = Math.min(best, seconds);
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
  const cost = account(problem, best.assignment);
  expect(best).toEqual({ ...cost, assignment: best.assignment });
  expect(Math.abs(cost.latency.total - expected)).toBeLessThanOrEqual(1e-9 * expected + 1e-12);
  expect(optimality.gap).toBe(0);
  if (problem.pinned && 'decision' in problem.pinned) expect(cost.decision).toBe(problem.pinned.decision);
  expect(cost.memory.total).toBeLessThanOrEqual(problem.limits.memoryBytes ?? Number.POSITIVE_INFINITY);
  expect(cost.error).toBeLessThanOrEqual((problem.limits.error ?? Number.POSITIVE_INFINITY) * rounding);
}

const seed = Number(process.env.SEED ?? 1);
const runs = Number(process.env.RUNS ?? scaledRuns(200));

/** The same problem with layers in another topological order and tensors in any order. */
function shuffle(problem: PlanningProblem, order: number): PlanningProblem {
  const { layers, tensors } = problem;
  const { below } = randomNumbers(order);
  const layerOrder: number[] = [];
  while (layerOrder.length < layers.length) {
    const ready = layers
      .map((_, i) => i)
      .filter(
        (i) =>
          !layerOrder.includes(i) &&
          layers[i].inputs.every((t) => tensors[t].producer < 0 || layerOrder.includes(tensors[t].producer)),
      );
    layerOrder.push(ready[below(ready.length)]);
  }
  const tensorOrder = tensors.map((_, t) => t);
  for (let i = tensors.length - 1; i > 0; i--) {
    const j = below(i + 1);
    [tensorOrder[i], tensorOrder[j]] = [tensorOrder[j], tensorOrder[i]];
  }
  const to = (list: number[]) => list.map((t) => tensorOrder.indexOf(t));
  return {
    ...problem,
    layers: layerOrder.map((i) => ({ ...layers[i], inputs: to(layers[i].inputs), outputs: to(layers[i].outputs) })),
    tensors: tensorOrder.map((t) => ({
      ...tensors[t],
      producer: tensors[t].producer < 0 ? -1 : layerOrder.indexOf(tensors[t].producer),
    })),
    ...(problem.pinned && 'crossing' in problem.pinned ? { pinned: { crossing: to(problem.pinned.crossing) } } : {}),
  };
}

/** What a solution decides, by names. */
function named({ layers, tensors }: PlanningProblem, { best, infeasible }: Solution) {
  if (!best) return infeasible?.constraint;
  const { edge, option, wire } = best.assignment;
  return {
    latency: best.latency,
    memory: best.memory,
    error: best.error,
    layers: layers.map(({ name }, i) => `${name} ${edge[i]} ${option[i]}`).sort(),
    tensors: tensors.map(({ name }, t) => `${name} ${wire[t]}`).sort(),
  };
}

// Network, blocks, memory limit, error limit, activation bits, seconds.
const GOLDEN: [number, number, number, number, number[], number][] = [
  [21, 6, 1108632, 0.003006, [4, 8], 1.1080370142862332],
  [44, 4, 840078, 0.006574, [4, 8], 0.20849796759621028],
  [32, 6, 1036053, 0.002594, [4, 8], 0.8193888667448628],
  [33, 6, 1615760, 0.003019, [4, 8], 1.451582135825415],
  [12, 6, 1679038, 0.00246, [4, 8], 0.8339738996257725],
  [45, 6, 1258952, 0.00363, [4, 8], 1.1728910067952922],
  [8, 6, 2223194, 0.003164, [8], 0.7518074185031961],
  [31, 6, 1292271, 0.003105, [4, 8], 1.0915288519183666],
];

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
        const quantile = (values: number[], at: number) =>
          values.sort((a, b) => a - b)[Math.floor(at * (values.length - 1))];
        problem.limits = { memoryBytes: quantile(memory, memoryShare), error: quantile(error, errorShare) * rounding };
        check(problem);
      }),
      { numRuns: runs, seed },
    );
  });

  // Latencies by HiGHS 1.15, relative gap 1e-8.
  it.each(GOLDEN)(
    'agrees with an integer program on network %i of %i blocks',
    (network, blocks, memory, error, bits, expected) => {
      const problem = inception({ seed: network, blocks, branches: 3, depth: 3, activationBits: bits });
      problem.link = { fixedSeconds: 0.02, secondsPerByteUp: 8 / 0.3e6, secondsPerByteDown: 0 };
      for (const { options } of problem.layers) for (const option of options) option.seconds /= 4;
      problem.limits = { memoryBytes: memory, error };
      const { best, optimality } = solve(problem);
      expect(best && best.latency.total / expected).toBeCloseTo(1, 6);
      expect(optimality.gap).toBeLessThanOrEqual(1e-6);
    },
  );

  it('proves its plan for a network of 150 layers in parallel branches', () => {
    const problem = inception({ seed: 1, blocks: 13, branches: 4, depth: 4 });
    expect(problem.layers.length).toBeGreaterThan(140);
    problem.link.secondsPerByteUp = 8 / 0.3e6;
    const free = solve(problem).best;
    if (!free) throw new Error('without limits there is always a plan');
    problem.limits = { memoryBytes: 0.7 * free.memory.total, error: 0.1 * free.error };
    const { best, optimality } = solve(problem);
    expect(best?.decision).toBe('split');
    expect(best?.memory.total).toBeLessThanOrEqual(problem.limits.memoryBytes ?? 0);
    expect(best?.error).toBeLessThanOrEqual((problem.limits.error ?? 0) * rounding);
    expect(optimality.gap).toBeLessThanOrEqual(5e-3);
  });

  it('does not depend on the order of layers and tensors where memory does not', () => {
    fc.assert(
      fc.property(smallProblem, fc.integer(), (drawn, order) => {
        const problem: PlanningProblem = {
          ...drawn,
          cuts: 'closed',
          activationMemory: 'largest',
          tensors: drawn.tensors.map(({ availableFrom, ...tensor }) => tensor),
        };
        const shuffled = shuffle(problem, order);
        const [a, b] = [solve(problem), solve(shuffled)];
        expect(named(shuffled, b)).toEqual(named(problem, a));
      }),
      { numRuns: runs, seed },
    );
  });

  it('says which limit cannot be met, and what it would take', () => {
    const pinned = { decision: 'edge-only' } as const;
    expect(solve(smallNetwork({ pinned, limits: { memoryBytes: 200 } })).infeasible).toMatchObject({
      constraint: 'memory',
      needed: 270,
      limit: 200,
    });
    const inaccurate = solve(smallNetwork({ pinned, limits: { memoryBytes: 439, error: 0.02 } })).infeasible;
    expect(inaccurate).toMatchObject({ constraint: 'error', limit: 0.02 });
    // All at 8 bits needs 440 bytes: the last layer, which has no weights, is the cheapest to spare a byte.
    expect(inaccurate?.needed).toBeCloseTo(0.12, 12);
    expect(solve(smallNetwork({ limits: { latencySeconds: 1 } })).infeasible).toMatchObject({
      constraint: 'latency',
      limit: 1,
    });
    const stuck = smallNetwork();
    stuck.layers[2].placement = 'cloud';
    for (const tensor of stuck.tensors) tensor.wire = [];
    expect(solve(stuck).infeasible).toMatchObject({ constraint: 'structure' });
    expect(solve(smallNetwork({ pinned: { crossing: [2] } })).infeasible?.reason).toMatch(/exactly the pinned tensors/);
  });

  it('keeps to a pinned cut', () => {
    expect(solve(smallNetwork({ pinned: { crossing: [1, 2] } })).best?.assignment.edge).toEqual([true, true, false]);
    expect(solve(smallNetwork({ pinned: { crossing: [1] } })).best?.assignment.edge).toEqual([true, false, false]);
    expect(solve(smallNetwork({ pinned: { crossing: [] } })).best?.decision).toBe('edge-only');
  });

  it('refuses costs that are not numbers', () => {
    const problem = smallNetwork();
    problem.layers[1].options[0].seconds = Number.NaN;
    expect(() => solve(problem)).toThrow(/layer second/);
  });

  it('reports the gap that is left when the work limit stops it', () => {
    const problem = inception({ seed: 3, blocks: 6, branches: 3, depth: 3, activationBits: [4, 8] });
    problem.link.secondsPerByteUp = 8 / 0.3e6;
    const free = solve(problem).best;
    if (!free) throw new Error('without limits there is always a plan');
    problem.limits = { memoryBytes: 0.8 * free.memory.total, error: 0.1 * free.error };
    const whole = solve(problem);
    const short = solve(problem, { work: 1e5 });
    expect(whole.optimality.gap).toBe(0);
    expect(short.optimality.gap).toBeGreaterThan(0);
    expect(short.optimality.lowerBound).toBeLessThanOrEqual((whole.best?.latency.total ?? 0) * (1 + 1e-9));
    expect(short.best?.latency.total).toBeGreaterThanOrEqual(whole.best?.latency.total ?? 0);
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
