import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { potentialSplits } from '../../../src/planner/baselines/auto-split.js';
import { type BaselineName, baselinePlans } from '../../../src/planner/baselines/index.js';
import { allocate, hullsOf } from '../../../src/planner/baselines/lagrange.js';
import { account } from '../../../src/planner/core/accounting.js';
import type { EdgeOption, PlanningProblem, WireOption } from '../../../src/planner/core/problem.js';
import { solve } from '../../../src/planner/search/solve.js';
import { scaledRuns } from '../../thorough.js';
import { everyPlan } from '../brute-force.js';
import { randomNumbers, randomProblem } from '../random-problem.js';
import { smallNetwork } from '../small-network.js';

const NAMES: BaselineName[] = [
  'cloud-only',
  'cloud-only-raw',
  'edge-only',
  'uniform-8',
  'uniform-4',
  'uniform-2',
  'neurosurgeon',
  'dads',
  'qdmp',
  'qdmp-quantized',
  'auto-split',
];

/** Every layer with 2, 4 and 8 bits of weights and of activations, every tensor with the same on the wire. */
function gridProblem(seed: number): PlanningProblem {
  const problem = randomProblem(seed, { layers: 5, options: 1, ties: false });
  const { unit } = randomNumbers(seed + 1);
  const widths = [2, 4, 8];
  return {
    ...problem,
    pinned: undefined,
    layers: problem.layers.map((layer) => {
      const [size, time, noise] = [4 + 20 * unit(), unit(), unit()];
      const options = widths.flatMap((w) =>
        widths.map(
          (a): EdgeOption => ({
            weightBits: w,
            activationBits: a,
            seconds: time * (1 + 0.1 * w + 0.05 * a),
            weightBytes: size * w,
            error: noise * (4 ** -w + 0.3 * 4 ** -a),
          }),
        ),
      );
      return { ...layer, placement: 'either' as const, options };
    }),
    tensors: problem.tensors.map((tensor) => {
      const [factor, noise] = [unit(), unit()];
      const bits = tensor.producer < 0 ? [8] : widths;
      return {
        ...tensor,
        wire: bits.map(
          (b): WireOption => ({
            bits: b,
            encoding: 'raw',
            bytes: tensor.elements * b * factor,
            error: noise * 4 ** -b,
          }),
        ),
      };
    }),
  };
}

/** The same problem with only these options: what a method with fixed bits may choose. */
function only(problem: PlanningProblem, bits: number): PlanningProblem {
  return {
    ...problem,
    layers: problem.layers.map((layer) => ({
      ...layer,
      options: layer.options.filter((o) => o.weightBits === bits && o.activationBits === bits),
    })),
    tensors: problem.tensors.map((tensor) => ({
      ...tensor,
      wire: tensor.wire.filter((w) => w.bits === bits || tensor.producer < 0),
    })),
  };
}

function fastest(problem: PlanningProblem): number {
  let best = Number.POSITIVE_INFINITY;
  everyPlan(problem, ({ seconds }) => {
    best = Math.min(best, seconds);
  });
  return best;
}

const problems = (
  check: (problem: PlanningProblem) => void,
  make: (seed: number) => PlanningProblem,
  numRuns: number,
) =>
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      check(make(seed));
    }),
    { numRuns: scaledRuns(numRuns), seed: 11 },
  );

const anyProblem = (seed: number): PlanningProblem => {
  const problem = randomProblem(seed, { layers: 6, options: 3, ties: seed % 2 === 0 });
  return { ...problem, pinned: undefined };
};

describe('baselinePlans', () => {
  it('cuts the chain as the best prefix at the widest bits does (Neurosurgeon)', () =>
    problems(
      (problem) =>
        expect(baselinePlans(problem).neurosurgeon?.latency.total).toBeCloseTo(
          fastest({ ...only(problem, 8), cuts: 'prefixes' }),
          9,
        ),
      gridProblem,
      25,
    ));

  it('cuts the DAG as the best closed set at the widest bits does (DADS and QDMP)', () =>
    problems(
      (problem) => {
        const { dads, qdmp } = baselinePlans(problem);
        expect(dads?.latency.total).toBeCloseTo(fastest(only(problem, 8)), 9);
        expect(qdmp?.latency.total).toBeCloseTo(dads?.latency.total ?? Number.NaN, 9);
      },
      gridProblem,
      25,
    ));

  it('quantizes the whole network, or the cut of QDMP, at uniform bits', () =>
    problems(
      (problem) => {
        const plans = baselinePlans(problem);
        for (const bits of [8, 4, 2] as const) {
          const expected = fastest({ ...only(problem, bits), pinned: { decision: 'edge-only' } });
          expect(plans[`uniform-${bits}`]?.latency.total).toBeCloseTo(expected, 9);
        }
        const { qdmp, 'qdmp-quantized': quantized } = plans;
        expect(quantized?.assignment.edge).toEqual(qdmp?.assignment.edge);
        const { memoryBytes = Number.POSITIVE_INFINITY } = problem.limits;
        const used = (quantized?.assignment.option ?? []).flatMap((o, i) =>
          o < 0 ? [] : [problem.layers[i].options[o]],
        );
        const [{ weightBits: bits } = { weightBits: 8 }] = used;
        expect(used.every((o) => o.weightBits === bits && o.activationBits === bits)).toBe(true);
        // The next wider bits must not fit, at the same cut.
        if (bits === 8 || !qdmp || !quantized) return;
        const wider = {
          ...quantized.assignment,
          option: quantized.assignment.option.map((o) => (o < 0 ? o : bits === 4 ? 8 : 4)),
        };
        expect(account(problem, wider).memory.total).toBeGreaterThan(memoryBytes);
      },
      gridProblem,
      25,
    ));

  it('prices every plan by the one accounting and marks those that break a limit', () =>
    problems(
      (problem) => {
        for (const [, plan] of Object.entries(baselinePlans(problem))) {
          if (!plan) continue;
          expect(plan).toMatchObject(account(problem, plan.assignment));
          const {
            memoryBytes = Number.POSITIVE_INFINITY,
            error = Number.POSITIVE_INFINITY,
            latencySeconds = Number.POSITIVE_INFINITY,
          } = problem.limits;
          const rounding = 1 + 1e-9;
          expect(plan.feasible).toBe(
            plan.memory.total <= memoryBytes * rounding &&
              plan.error <= error * rounding &&
              plan.latency.total <= latencySeconds * rounding,
          );
        }
      },
      anyProblem,
      100,
    ));

  it.each([
    ['any networks', anyProblem],
    ['networks with all bit-widths', gridProblem],
  ])('has no plan within the limits that is faster than ours: %s', (_, make) =>
    problems(
      (problem) => {
        const plans = baselinePlans(problem);
        expect(Object.keys(plans).sort()).toEqual([...NAMES].sort());
        const { best } = solve(problem);
        for (const name of NAMES) {
          const plan = plans[name];
          if (!plan?.feasible) continue;
          expect(best, name).toBeDefined();
          expect(best?.latency.total, name).toBeLessThanOrEqual(plan.latency.total * (1 + 1e-9));
        }
      },
      make,
      120,
    ),
  );

  it('leaves out what the bit-widths do not allow', () => {
    const plans = baselinePlans(smallNetwork());
    expect(plans['uniform-2']).toBeUndefined();
    expect(plans['uniform-4']).toMatchObject({ decision: 'edge-only', memory: { weights: 150 } });
    expect(plans['uniform-8']).toMatchObject({ decision: 'edge-only', memory: { weights: 300 } });
  });
});

describe('auto-split', () => {
  it('keeps the splits of eq. 6', () => {
    // After `first`: 20 bytes at 4 bits; after `second`: 20 + 10; edge-only: nothing.
    const splits = (memory: number, image = 100) => {
      const problem = smallNetwork();
      problem.tensors[0].wire = [{ bits: 8, encoding: 'raw', bytes: image, error: 0 }];
      return potentialSplits(problem, memory).sort();
    };
    expect(splits(1000)).toEqual([1, 2, 3]);
    expect(splits(1000, 25)).toEqual([1, 3]);
    // 50 bytes of weights and 20 of activations for `first` alone.
    expect(splits(70)).toEqual([1]);
    expect(splits(69)).toEqual([]);
  });

  it('falls back to cloud-only', () => {
    expect(baselinePlans(smallNetwork({ limits: { memoryBytes: 10 } }))['auto-split']).toMatchObject({
      decision: 'cloud-only',
      feasible: true,
    });
  });

  it('is as fast as the best prefix where nothing is limited and bits cost no time', () =>
    problems(
      (grid) => {
        const problem = { ...grid, limits: {}, cuts: 'prefixes' as const };
        for (const { options } of problem.layers) for (const option of options) option.seconds = options[0].seconds;
        const splits = potentialSplits(problem, Number.POSITIVE_INFINITY);
        const expected = [0, ...splits].map((length) => {
          const narrow = only(problem, 2);
          const pinned = narrow.layers.map((layer, i) => ({
            ...layer,
            placement: i < length ? ('edge' as const) : ('cloud' as const),
          }));
          return fastest({ ...narrow, layers: pinned });
        });
        const plan = baselinePlans(problem)['auto-split'];
        expect(plan?.latency.total).toBeCloseTo(Math.min(...expected), 9);
      },
      gridProblem,
      40,
    ));
});

describe('allocate', () => {
  it('finds the least error on the convex hull', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 5 }), (seed, count) => {
        const { unit } = randomNumbers(seed);
        // Error as rate-distortion has it: every choice is on the hull, so each multiplier's answer is optimal for its
        // own size.
        const tensors = Array.from({ length: count }, () => {
          const [size, noise] = [1 + 20 * unit(), unit()];
          return [2, 4, 8].map((bits) => ({ bits, size: size * bits, error: noise * 4 ** -bits }));
        });
        const total = (chosen: readonly number[], of: 'size' | 'error') =>
          chosen.reduce((sum, c, i) => sum + tensors[i][c][of], 0);
        const most = total(Array(count).fill(2), 'size');
        const budget = most * (0.2 + 0.8 * unit());
        const chosen = allocate(hullsOf(tensors), (c) => total(c, 'size') <= budget);
        const all = Array.from({ length: 3 ** count }, (_, k) => tensors.map((_, i) => Math.floor(k / 3 ** i) % 3));
        const fitting = all.filter((c) => total(c, 'size') <= budget);
        expect(chosen === undefined).toBe(fitting.length === 0);
        if (!chosen) return;
        expect(total(chosen, 'size')).toBeLessThanOrEqual(budget);
        // Shoham & Gersho: no selection of at most this size makes less error.
        const used = total(chosen, 'size') * (1 + 1e-12);
        for (const c of all)
          if (total(c, 'size') <= used)
            expect(total(c, 'error')).toBeGreaterThanOrEqual(total(chosen, 'error') * (1 - 1e-9));
      }),
      { numRuns: scaledRuns(100), seed: 5 },
    );
  });
});
