import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { METRICS } from '../../src/metrics/index.js';
import { familiesOf, familyKey } from '../../src/planner/analysis/families.js';
import { objectiveOf } from '../../src/planner/core/measure.js';
import type { Plan, PlanningProblem } from '../../src/planner/core/problem.js';
import { accuracyLimit, type Selection, type SelectionOptions, selectPlan } from '../../src/select/index.js';
import { AutosplitError } from '../../src/util/error.js';
import { randomNumbers } from '../planner/random-problem.js';
import { scaledRuns } from '../thorough.js';
import { chain, evaluationAt, truth } from './problem.js';

const LIMIT = 0.02;

/** Selects on a problem whose plans truly lose what `dropOf` says; counts what is measured. */
async function select(
  problem: PlanningProblem,
  dropOf: (plan: Plan) => number,
  changes: Partial<SelectionOptions> = {},
) {
  const measured: Plan[] = [];
  const options: SelectionOptions = {
    problem,
    limit: LIMIT,
    binding: true,
    tolerance: 0.01,
    budget: Number.POSITIVE_INFINITY,
    model: (error) => Math.min(1, error),
    measure: async (plan, limit) => {
      measured.push(plan);
      return evaluationAt(dropOf(plan), limit);
    },
    ...changes,
  };
  return { selection: await selectPlan(options), measured };
}

/** The least objective of any plan that truly holds, family by family down the errors. */
function leastThatHolds(problem: PlanningProblem, dropOf: (plan: Plan) => number): number {
  let least = Number.POSITIVE_INFINITY;
  for (const family of familiesOf(problem)) {
    // Truth is proportional to the error of a family, so the largest error that holds is known.
    const safest = family.mostAccurate();
    if (!safest || dropOf(safest) > LIMIT) continue;
    let [low, high] = [safest.error, 10];
    for (let round = 0; round < 80; round++) {
      const middle = (low + high) / 2;
      const plan = family.fastestWithin(middle);
      if (plan && dropOf(plan) <= LIMIT) low = middle;
      else high = middle;
    }
    const plan = family.fastestWithin(low);
    if (plan && dropOf(plan) <= LIMIT) least = Math.min(least, objectiveOf(problem, plan));
  }
  return least;
}

/** A factor between error and drop for every family, by a drawn seed. */
function factors(seed: number): (family: string) => number {
  return (family) => {
    const digest = [...family].reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) >>> 0, seed);
    return 10 ** (3 * randomNumbers(digest).unit() - 1.5);
  };
}

describe('selection', () => {
  test('is the fastest plan that holds, whatever the factors between predicted and measured drop are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        fc.integer({ min: 2, max: 4 }),
        fc.integer({ min: 6, max: 40 }),
        async (seed, layers, kilobytes) => {
          const problem = chain(layers, { memoryBytes: 1000 * kilobytes });
          const dropOf = truth(problem, factors(seed));
          const { selection } = await select(problem, dropOf);
          expect(dropOf(selection.plan)).toBeLessThanOrEqual(LIMIT);
          expect(selection.certificate.complete).toBe(true);
          expect(objectiveOf(problem, selection.plan)).toBeLessThanOrEqual(
            leastThatHolds(problem, dropOf) * 1.01 * (1 + 1e-9),
          );
        },
      ),
      { numRuns: scaledRuns(25) },
    );
  });

  test('measures everything on the edge and everything in the cloud, also where a lossy picture has less error and fails', async () => {
    const problem = chain(3);
    // The picture loses everything although its error is least of all; the edge loses nothing at 8 bits.
    const dropOf = truth(problem, (family) => (family.includes('jpeg') ? 1e6 : 0.1));
    const { selection } = await select(problem, dropOf);
    const found = selection.measured.map(({ plan, evaluation }) => [
      plan.decision,
      plan.crossing.length,
      evaluation.accepted,
    ]);
    expect(found).toContainEqual(['edge-only', 0, true]);
    expect(found).toContainEqual(['cloud-only', 1, true]);
    expect(found).toContainEqual(['cloud-only', 1, false]);
    expect(selection.plan.decision).toBe('edge-only');
  });

  test('keeps the more accurate plan where fewer bits save less than the tolerance', async () => {
    const problem = chain(3);
    const layers = problem.layers.map((layer) => ({
      ...layer,
      options: layer.options.map((option) => ({ ...option, seconds: 0.004 + 1e-6 * option.weightBits })),
    }));
    const { selection } = await select({ ...problem, layers }, () => 0);
    expect(selection.plan.decision).toBe('edge-only');
    expect(selection.plan.assignment.option).toEqual([0, 0, 0]);
    const { selection: strict } = await select({ ...problem, layers }, () => 0, { tolerance: 0 });
    expect(strict.plan.latency.total).toBeLessThan(selection.plan.latency.total);
  });

  test('a budget ends the search, and the certificate says what was not tried', async () => {
    const problem = chain(8, { memoryBytes: 20_000 });
    const dropOf = truth(problem, () => 1e3);
    const { selection, measured } = await select(problem, dropOf, { budget: 1 });
    expect(measured.length).toBeLessThanOrEqual(4);
    expect(selection.certificate).toMatchObject({ complete: false });
    expect(selection.certificate.untried).toBeGreaterThan(0);
    expect(selection.certificate.statement).toMatch(/were not tried/);
    expect(dropOf(selection.plan)).toBeLessThanOrEqual(LIMIT);
  });

  test('with little effort alternatives that can not be the best are not measured', async () => {
    const problem = chain(3);
    const { measured } = await select(problem, () => 0, { everyAlternative: false });
    const { measured: all } = await select(problem, () => 0);
    expect(measured.length).toBeLessThan(all.length);
    const [first, ...others] = measured.map((plan) => objectiveOf(problem, plan));
    expect(others.every((value) => value < first)).toBe(true);
  });

  test('of a pinned cut nothing else is measured', async () => {
    const problem: PlanningProblem = { ...chain(3), pinned: { decision: 'edge-only' } };
    const { measured } = await select(problem, ({ error }) => error);
    expect(new Set(measured.map((plan) => familyKey(problem, plan))).size).toBe(1);
  });

  test('a limit that the user set and that holds nowhere is infeasible, with every measured plan and its interval', async () => {
    const problem: PlanningProblem = { ...chain(2), pinned: { decision: 'edge-only' } };
    const error = await select(problem, () => 0.3).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(AutosplitError);
    const { code, message } = error as AutosplitError;
    expect(code).toBe('INFEASIBLE');
    expect(message.split('\n')).toEqual([
      'no plan holds constraints.accuracyDrop: the most accurate of 2 measured plans loses 30.00 % of top1, the limit is 2.00 %',
      '  14.0 ms edge-only: loses 30.00 % (95 %: 29.90 % to 30.10 %, 1000 samples)',
      '  16.0 ms edge-only: loses 30.00 % (95 %: 29.90 % to 30.10 %, 1000 samples)',
    ]);
  });

  test('a default limit that holds nowhere gives way to the most accurate plan, measured on all samples', async () => {
    const problem: PlanningProblem = { ...chain(2), pinned: { decision: 'edge-only' } };
    const { selection } = await select(problem, () => 0.3, { binding: false });
    expect(selection.evaluation).toMatchObject({ limit: null, drop: 0.3 });
    expect(selection.warning).toMatch(/loses 30.00 % of top1, the limit is 2.00 %; set constraints.accuracyDrop/);
  });

  test('is plain data that survives the cache', async () => {
    const { selection } = await select(chain(3), ({ error }) => error);
    const copy: Selection = structuredClone(selection);
    expect(copy).toEqual(selection);
  });
});

test('the limit is what the config says, else that of the metric', () => {
  const config = (accuracyDrop?: number) =>
    ({ constraints: { ...(accuracyDrop !== undefined && { accuracyDrop }) } }) as never;
  expect(accuracyLimit(config(0.03), METRICS.top1)).toEqual({ limit: 0.03, binding: true });
  expect(accuracyLimit(config(), METRICS.top1)).toEqual({ limit: 0.01, binding: false });
  expect(accuracyLimit(config(), METRICS.agreement)).toEqual({ limit: 0.02, binding: false });
  expect(accuracyLimit(config(), METRICS.fidelity)).toEqual({ limit: 0.05, binding: false });
  expect(accuracyLimit(config(), METRICS.detections)).toEqual({ limit: 0.05, binding: false });
});
