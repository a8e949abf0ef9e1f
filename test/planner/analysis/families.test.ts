import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { familiesOf, familyKey } from '../../../src/planner/analysis/families.js';
import { account } from '../../../src/planner/core/accounting.js';
import { objectiveOf } from '../../../src/planner/core/measure.js';
import type { Plan, PlanningProblem } from '../../../src/planner/core/problem.js';
import { scaledRuns } from '../../thorough.js';
import { randomNumbers, randomProblem } from '../random-problem.js';

/** Every assignment that the accounting accepts, one by one. */
function everyAssignment(problem: PlanningProblem): Plan[] {
  const { layers, tensors } = problem;
  const plans: Plan[] = [];
  const edge = layers.map(() => false);
  const option = layers.map(() => -1);
  const wire = tensors.map(() => -1);
  const chooseWire = (t: number, crossing: ReadonlySet<number>) => {
    if (t === tensors.length) {
      const assignment = { edge: [...edge], option: [...option], wire: [...wire] };
      try {
        plans.push({ ...account(problem, assignment), assignment });
      } catch {
        // A wire option that needs other activation bits.
      }
      return;
    }
    if (!crossing.has(t)) return chooseWire(t + 1, crossing);
    for (let w = 0; w < tensors[t].wire.length; w++) {
      wire[t] = w;
      chooseWire(t + 1, crossing);
    }
    wire[t] = -1;
  };
  const chooseLayer = (i: number) => {
    if (i === layers.length) {
      const crossing = new Set(
        tensors.flatMap(({ producer, availableFrom, isOutput }, t) => {
          const isMade = (producer < 0 || edge[producer]) && (availableFrom === undefined || edge[availableFrom]);
          const isRead = layers.some(({ inputs }, l) => !edge[l] && inputs.includes(t));
          return isMade && (isRead || (problem.deliver === 'cloud' && isOutput)) ? [t] : [];
        }),
      );
      chooseWire(0, crossing);
      return;
    }
    const { placement, options, inputs } = layers[i];
    if (placement !== 'edge') chooseLayer(i + 1);
    const isReady = inputs.every((t) => tensors[t].producer < 0 || edge[tensors[t].producer]);
    if (placement === 'cloud' || !isReady || (problem.cuts === 'prefixes' && i > 0 && !edge[i - 1])) return;
    edge[i] = true;
    for (let o = 0; o < options.length; o++) {
      option[i] = o;
      chooseLayer(i + 1);
    }
    edge[i] = false;
    option[i] = -1;
  };
  chooseLayer(0);
  return plans;
}

/** A problem whose graph inputs may also travel with a loss of their own. */
function problemWithLosses(seed: number): PlanningProblem {
  const problem = randomProblem(seed, { layers: 4, options: 2, ties: false });
  const { chance, unit } = randomNumbers(seed + 1);
  const tensors = problem.tensors.map((tensor) =>
    tensor.producer < 0 && tensor.wire.length > 0 && chance(0.7)
      ? {
          ...tensor,
          wire: [...tensor.wire, { bits: 8, encoding: 'jpeg:90', bytes: 5 * unit(), error: unit(), loss: 'jpeg:90' }],
        }
      : tensor,
  );
  return {
    ...problem,
    pinned: undefined,
    tensors,
    limits: { memoryBytes: chance(0.5) ? problem.limits.memoryBytes : undefined },
  };
}

const close = (value: number) => expect.closeTo(value, 6);

describe('families', () => {
  test('are all cuts with their least objective, in its order, and each gives the best plan for an error or an objective', () => {
    fc.assert(
      fc.property(fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (seed, share) => {
        const problem = problemWithLosses(seed);
        const { memoryBytes = Number.POSITIVE_INFINITY } = problem.limits;
        const groups = new Map<string, Plan[]>();
        for (const plan of everyAssignment(problem)) {
          if (plan.memory.total > memoryBytes) continue;
          const key = familyKey(problem, plan);
          groups.set(key, [...(groups.get(key) ?? []), plan]);
        }
        const value = (plan: Plan) => objectiveOf(problem, plan);
        const least = (plans: readonly Plan[], of: (plan: Plan) => number) => Math.min(...plans.map(of));
        const expected = [...groups.values()].map((plans) => least(plans, value)).sort((a, b) => a - b);
        const found = [...familiesOf(problem)];
        expect(found.map(({ key }) => key).sort()).toEqual([...groups.keys()].sort());
        expect(found.map(({ fastest }) => value(fastest))).toEqual(expected.map(close));
        for (const family of found) {
          // Layers that nothing in the cloud reads may be on either side of one cut: a family fixes them as its fastest
          // plan has them.
          const edge = family.fastest.assignment.edge.join();
          const plans = (groups.get(family.key) ?? []).filter(({ assignment }) => assignment.edge.join() === edge);
          expect(family.bound).toBeLessThanOrEqual(value(family.fastest) * (1 + 1e-9) + 1e-12);
          expect(family.mostAccurate()?.error).toEqual(close(least(plans, ({ error }) => error)));
          const [low, high] = [least(plans, value), Math.max(...plans.map(value))];
          const below = low + share * (high - low) + 1e-9;
          const within = plans.filter((plan) => value(plan) <= below);
          expect(family.mostAccurate(below)?.error).toEqual(close(least(within, ({ error }) => error)));
          const errors = plans.map(({ error }) => error);
          const error = Math.min(...errors) + share * (Math.max(...errors) - Math.min(...errors)) + 1e-9;
          const fastest = family.fastestWithin(error);
          expect(fastest && value(fastest)).toEqual(
            close(
              least(
                plans.filter((plan) => plan.error <= error),
                value,
              ),
            ),
          );
        }
      }),
      { numRuns: scaledRuns(150) },
    );
  });

  test('of a pinned cut are those of the cut', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const free = problemWithLosses(seed);
        const [first] = familiesOf(free);
        if (!first) return;
        const { crossing } = first.fastest;
        const found = [...familiesOf({ ...free, pinned: { crossing } })];
        expect(found.map(({ key }) => key)).toContain(first.key);
        expect(found.every(({ fastest }) => fastest.crossing.join() === crossing.join())).toBe(true);
      }),
      { numRuns: scaledRuns(60) },
    );
  });
});
