import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keptBits } from '../../../src/planner/analysis/kept-bits.js';
import { nextCut } from '../../../src/planner/analysis/next-cut.js';
import {
  bestPlan,
  changesOfLimit,
  changesOnLine,
  logarithmic,
  priceOfLimit,
} from '../../../src/planner/analysis/parametric.js';
import { account } from '../../../src/planner/core/accounting.js';
import { LIMITS, limitOf } from '../../../src/planner/core/limits.js';
import { objectiveOf } from '../../../src/planner/core/measure.js';
import type { Plan, PlanningProblem } from '../../../src/planner/core/problem.js';
import { solve } from '../../../src/planner/search/solve.js';
import { scaledRuns } from '../../thorough.js';
import { everyPlan, leastByForce } from '../brute-force.js';
import { withObjective } from '../random-objective.js';
import { smallProblem } from '../random-problem.js';
import { smallNetwork } from '../small-network.js';

const best = (problem: PlanningProblem): Plan => {
  const plan = solve(problem).best;
  if (!plan) throw new Error('there is no plan');
  return plan;
};

/** The least latency of any plan within the memory and error limits, by trying all. */
function least(problem: PlanningProblem): number {
  const { memoryBytes = Number.POSITIVE_INFINITY, error: most = Number.POSITIVE_INFINITY } = problem.limits;
  let found = Number.POSITIVE_INFINITY;
  everyPlan(problem, ({ seconds, memory, error }) => {
    if (memory <= memoryBytes && error <= most * (1 + 1e-12)) found = Math.min(found, seconds);
  });
  return found;
}

const slower = (problem: PlanningProblem, secondsPerByteUp: number): PlanningProblem => ({
  ...problem,
  link: { ...problem.link, secondsPerByteUp },
});

describe('changesOnLine', () => {
  // All in the cloud 1.23 + 50 x, after `a` 2.13 + 20 x, all on the edge 7: at 4 bits on the wire, with 30 bytes sent
  // back.
  it('finds the changes of a small network, by hand', () => {
    const changes = changesOnLine(1e-4, 10, (x) => slower(smallNetwork(), x));
    expect(changes.map(({ from, to }) => [from?.decision, to?.decision])).toEqual([
      ['cloud-only', 'split'],
      ['split', 'edge-only'],
    ]);
    expect(changes[0].at).toBeCloseTo(0.03, 12);
    expect(changes[1].at).toBeCloseTo(4.87 / 20, 12);
    expect(changes[0].to?.crossing).toEqual([1]);
  });

  it('finds none where nothing changes', () => {
    expect(changesOnLine(0.04, 0.2, (x) => slower(smallNetwork(), x))).toEqual([]);
  });

  it('gives the fastest cut of every stretch in between', () => {
    fc.assert(
      fc.property(smallProblem, (problem) => {
        const at = (x: number) => slower(problem, x);
        const [low, high] = [0.001, 1];
        const changes = changesOnLine(low, high, at);
        const places = [low, ...changes.map((change) => change.at), high];
        expect(places).toEqual([...places].sort((a, b) => a - b));
        changes.forEach(({ at: x, from, to }, i) => {
          for (const plan of [from, to])
            expect(plan && account(at(x), plan.assignment).latency.total).toBeLessThanOrEqual(
              least(at(x)) * (1 + 2e-4),
            );
          // Just where a stretch has its middle, its cut with the best bits for that place is the fastest.
          const x2 = (x + places[i + 2]) / 2;
          if (!to) return;
          const pinned = { ...at(x2), layers: problem.layers.map((layer, l) => pin(layer, to.assignment.edge[l])) };
          expect(least(pinned)).toBeLessThanOrEqual(least(at(x2)) * (1 + 2e-4));
        });
        if (changes.length > 0) return;
        const plan = bestPlan(at(low));
        for (const x of logarithmic(low, high, 4)) {
          if (!plan) expect(least(at(x))).toBe(Number.POSITIVE_INFINITY);
          else {
            const pinned = { ...at(x), layers: problem.layers.map((layer, l) => pin(layer, plan.assignment.edge[l])) };
            expect(least(pinned)).toBeLessThanOrEqual(least(at(x)) * (1 + 2e-4));
          }
        }
      }),
      { numRuns: scaledRuns(40), seed: 5 },
    );
  });
});

const pin = (layer: PlanningProblem['layers'][number], edge: boolean) =>
  ({ ...layer, placement: edge ? 'edge' : 'cloud' }) as const;

describe('changesOfLimit', () => {
  it('finds the least memory from which another cut is the fastest, by hand', () => {
    // Far from everything: with `first` on the edge at 4 bits 50 bytes of weights, and 100 of the image beside 20 of
    // `a`.
    const at = (memoryBytes: number) => slower(smallNetwork({ limits: { memoryBytes } }), 0.1);
    const [low, high] = [1, 200].map((value) => ({ value, plan: best(at(value)) }));
    expect([low.plan.decision, high.plan.decision]).toEqual(['cloud-only', 'split']);
    const changes = changesOfLimit(low, high, (plan) => plan.memory.total, at);
    expect(changes.map((change) => change.at)).toEqual([170]);
    expect(changes[0]).toMatchObject({ from: { decision: 'cloud-only' }, to: { decision: 'split' } });
    expect(least(at(169.9))).toBeCloseTo(low.plan.latency.total, 12);
    expect(least(at(170))).toBeCloseTo(high.plan.latency.total, 12);
  });

  it('finds several changes one after the other', () => {
    // Slower still: everything on the edge takes 7 s, and 150 bytes of weights with 120 of the image and `a` at the
    // join.
    const at = (memoryBytes: number) => slower(smallNetwork({ limits: { memoryBytes } }), 0.5);
    const [low, high] = [1, 1000].map((value) => ({ value, plan: best(at(value)) }));
    const changes = changesOfLimit(low, high, (plan) => plan.memory.total, at);
    expect(changes.map((change) => change.to?.decision)).toEqual(['split', 'edge-only']);
    expect(changes.map((change) => change.at)).toEqual([170, high.plan.memory.total]);
    for (const { at: place, from, to } of changes) {
      expect(least(at(place))).toBeCloseTo(to?.latency.total ?? 0, 12);
      expect(least(at(place * 0.9999))).toBeCloseTo(from?.latency.total ?? 0, 12);
    }
  });
});

describe('priceOfLimit', () => {
  const tight = (memoryBytes: number) => slower(smallNetwork({ limits: { memoryBytes } }), 0.1);

  it('says what a step of memory would save or cost, by hand', () => {
    // The cut after `a` needs 170 bytes and takes 4.13 s; below them the cloud alone takes 6.23 s, above all on the
    // edge takes 7 s.
    const price = priceOfLimit(tight(185), 'memory', best(tight(185)));
    expect(price).toMatchObject({ limit: 185, used: 170, binding: false, step: 10, saved: 0, without: { saved: 0 } });
    expect(price?.lost).toBe(0);
    expect(priceOfLimit(tight(172), 'memory', best(tight(172)))?.lost).toBeCloseTo(2.1, 12);
    const bound = priceOfLimit(tight(165), 'memory', best(tight(165)));
    expect(bound).toMatchObject({ binding: true, step: 10, without: { needed: 170 } });
    expect(bound?.saved).toBeCloseTo(2.1, 12);
    expect(bound?.first).toBeUndefined();
  });

  it('says from where on more would help, where a step does not', () => {
    const price = priceOfLimit(tight(100), 'memory', best(tight(100)));
    expect(price).toMatchObject({ binding: true, step: 10, saved: 0, lost: 0 });
    expect(price?.first?.limit).toBe(170);
    expect(price?.first?.saved).toBeCloseTo(2.1, 12);
  });

  it('prices the error in the same way, and no limit not at all', () => {
    // 8 bits on the edge and the wire: 4 bits would be 20 bytes on the wire instead of 40.
    const problem = slower(smallNetwork({ limits: { error: 0.015 } }), 0.1);
    const price = priceOfLimit(problem, 'error', best(problem));
    expect(price).toMatchObject({ binding: true, saved: 0, step: 0.001 });
    expect(price?.first?.limit).toBeCloseTo(0.03, 12);
    expect(price?.first?.saved).toBeCloseTo(2, 12);
    expect(priceOfLimit(problem, 'memory', best(problem))).toBeUndefined();
  });

  it('agrees with trying every plan', () => {
    fc.assert(
      fc.property(smallProblem, (problem) => {
        const plan = bestPlan(problem);
        for (const { name, key } of ['memory' as const, 'error' as const].map(limitOf)) {
          const price = plan && priceOfLimit(problem, name, plan);
          if (!price) continue;
          const at = (value: number | undefined) => least({ ...problem, limits: { ...problem.limits, [key]: value } });
          const { total } = plan.latency;
          const slack = 1e-6 * (1 + total);
          expect(Math.abs(total - price.without.saved - at(undefined))).toBeLessThan(slack);
          expect(Math.abs(total - price.saved - at(price.limit + price.step))).toBeLessThan(slack);
          const less = at(price.limit - price.step);
          if (price.lost === undefined) expect(less).toBe(Number.POSITIVE_INFINITY);
          else expect(Math.abs(total + price.lost - less)).toBeLessThan(slack);
          if (price.first)
            expect(Math.abs(total - price.first.saved - at(price.first.limit * (1 + 1e-9)))).toBeLessThan(slack);
        }
      }),
      { numRuns: scaledRuns(40), seed: 6 },
    );
  });
});

describe('under other objectives and limits', () => {
  const drawn = fc.tuple(smallProblem, fc.integer()).map(([problem, seed]) => withObjective(problem, seed));

  it('prices every limit as trying every plan does', () => {
    fc.assert(
      fc.property(drawn, (problem) => {
        const plan = solve(problem).best;
        if (!plan) return;
        const value = objectiveOf(problem, plan);
        const slack = 1e-6 * value + 1e-12;
        for (const { name, key } of LIMITS) {
          const price = priceOfLimit(problem, name, plan);
          if (!price) continue;
          const at = (limit: number | undefined) =>
            leastByForce({ ...problem, limits: { ...problem.limits, [key]: limit } });
          expect(Math.abs(value - price.without.saved - at(undefined)), name).toBeLessThan(slack);
          expect(Math.abs(value - price.saved - at(price.limit + price.step)), name).toBeLessThan(slack);
          const less = at(price.limit - price.step);
          if (price.lost === undefined) expect(less, name).toBe(Number.POSITIVE_INFINITY);
          else expect(Math.abs(value + price.lost - less), name).toBeLessThan(slack);
        }
      }),
      { numRuns: scaledRuns(60), seed: 12 },
    );
  });

  it('finds every change of cut where the objective is a straight line', () => {
    fc.assert(
      fc.property(drawn, (problem) => {
        if (problem.objective === 'throughput') return;
        const at = (x: number) => slower(problem, x);
        const changes = changesOnLine(0.001, 1, at);
        for (const { at: x, from, to } of changes)
          for (const plan of [from, to])
            expect(plan && objectiveOf(at(x), account(at(x), plan.assignment))).toBeLessThanOrEqual(
              leastByForce(at(x)) * (1 + 2e-4) + 1e-12,
            );
      }),
      { numRuns: scaledRuns(40), seed: 13 },
    );
  });

  it('finds the next cut by the objective', () => {
    fc.assert(
      fc.property(drawn, (all) => {
        const problem = { ...all, pinned: undefined, limits: { memoryBytes: all.limits.memoryBytes } };
        const plan = solve(problem).best;
        if (!plan) return;
        const next = nextCut(problem, plan);
        let expected = Number.POSITIVE_INFINITY;
        for (let mask = 0; mask < 2 ** problem.layers.length; mask++) {
          const edge = problem.layers.map((_, i) => (mask >> i) % 2 === 1);
          if (problem.layers.some(({ placement }, i) => placement !== 'either' && (placement === 'edge') !== edge[i]))
            continue;
          if (name(problem, edge) === name(problem, plan.assignment.edge)) continue;
          expected = Math.min(
            expected,
            leastByForce({ ...problem, layers: problem.layers.map((layer, i) => pin(layer, edge[i])) }),
          );
        }
        if (expected === Number.POSITIVE_INFINITY) expect(next.plan).toBeUndefined();
        else
          expect(Math.abs((next.plan ? objectiveOf(problem, next.plan) : 0) - expected)).toBeLessThan(
            1e-6 * expected + 1e-12,
          );
      }),
      { numRuns: scaledRuns(30), seed: 14 },
    );
  });
});

describe('nextCut', () => {
  it('finds the second cut of a small network, by hand', () => {
    // 2.13 + 20 x, 1.23 + 50 x, 7 at x = 0.1: the cloud alone is next.
    const problem = slower(smallNetwork(), 0.1);
    const { plan, exact } = nextCut(problem, best(problem));
    expect(exact).toBe(true);
    expect(plan).toMatchObject({ decision: 'cloud-only', crossing: [0] });
    expect(plan?.latency.total).toBeCloseTo(6.23, 12);
  });

  it('is the fastest of all plans by which something else crosses', () => {
    fc.assert(
      fc.property(smallProblem, (problem) => {
        const plan = bestPlan({ ...problem, pinned: undefined });
        if (!plan) return;
        const free = { ...problem, pinned: undefined };
        const next = nextCut(free, plan);
        expect(next.exact).toBe(true);
        let expected = Number.POSITIVE_INFINITY;
        for (let mask = 0; mask < 2 ** problem.layers.length; mask++) {
          const edge = problem.layers.map((_, i) => (mask >> i) % 2 === 1);
          if (problem.layers.some(({ placement }, i) => placement !== 'either' && (placement === 'edge') !== edge[i]))
            continue;
          if (name(free, edge) === name(free, plan.assignment.edge)) continue;
          expected = Math.min(expected, least({ ...free, layers: free.layers.map((layer, i) => pin(layer, edge[i])) }));
        }
        if (expected === Number.POSITIVE_INFINITY) expect(next.plan).toBeUndefined();
        else expect(Math.abs((next.plan?.latency.total ?? 0) - expected)).toBeLessThan(1e-6 * (1 + expected));
      }),
      { numRuns: scaledRuns(40), seed: 8 },
    );
  });

  it('holds a pinned cut against the free choice', () => {
    const problem = slower(smallNetwork({ pinned: { decision: 'edge-only' } }), 0.1);
    expect(nextCut(problem, best(problem)).plan).toMatchObject({ decision: 'split', crossing: [1] });
  });
});

/** What a cut lets cross, in words of its own. */
function name({ layers, tensors, deliver }: PlanningProblem, edge: boolean[]): string {
  const exists = (t: number) => {
    const { producer, availableFrom } = tensors[t];
    return (producer < 0 || edge[producer]) && (availableFrom === undefined || edge[availableFrom]);
  };
  const sent = tensors.map(
    ({ isOutput }, t) =>
      exists(t) &&
      ((deliver === 'cloud' && isOutput) || layers.some(({ inputs }, i) => !edge[i] && inputs.includes(t))),
  );
  if (edge.every(Boolean)) return `edge ${sent.map(Number).join('')}`;
  return edge.some((on, i) => on && !layers[i].moves) ? `split ${sent.map(Number).join('')}` : 'cloud';
}

describe('keptBits', () => {
  it('says what fewer bits would do, by hand', () => {
    // All bits take the same time, so least memory decides: of `first` and `second` one may have 4 bits, which add
    // 0.09, and the second has more weights to save. `join` has no choice.
    const problem = smallNetwork({ limits: { error: 0.15 }, pinned: { decision: 'edge-only' } });
    problem.layers = problem.layers.map((layer) => ({
      ...layer,
      options: layer.options.map((each) => ({ ...each, activationBits: 8 })),
    }));
    problem.layers[2].options = problem.layers[2].options.slice(0, 1);
    const plan = best(problem);
    const kept = keptBits(problem, plan);
    expect(kept).toMatchObject([{ layer: 0, weightBits: 8, fewer: 4, bytesSaved: 50, secondsAdded: 0, why: 'error' }]);
    expect(kept[0].errorAdded).toBeCloseTo(0.09, 12);
  });

  it('is silent where all layers have the fewest bits', () => {
    const problem = smallNetwork({ pinned: { decision: 'edge-only' } });
    expect(keptBits(problem, best(problem))).toEqual([]);
  });
});
