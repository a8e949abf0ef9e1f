import { expect, test } from 'vitest';
import type { Evaluation } from '../../src/evaluate/evaluation.js';
import type { Plan } from '../../src/planner/problem.js';
import type { QuantizedSplit } from '../../src/quantize/index.js';
import { accuracyLimit, type Selection, selectPlan } from '../../src/select/index.js';
import { AutosplitError } from '../../src/util/error.js';

const planOf = (seconds: number) => ({ decision: 'split', latency: { edge: 0, transfer: 0, cloud: 0, total: seconds } }) as unknown as Plan;

const evaluationOf = (drop: number, limit: number | null): Evaluation => ({
  metric: 'top1',
  samples: limit === null ? 400 : 24,
  float: 0.8,
  quantized: 0.8 - drop,
  drop,
  limit,
  interval: [drop - 0.01, drop + 0.01],
});

/** A front whose plans lose these shares, and the order in which they were quantized. */
function selection(drops: readonly number[], binding: boolean) {
  const front = drops.map((_, i) => planOf(0.01 * (i + 1)));
  const quantized: number[] = [];
  const options: Selection = {
    front,
    limit: 0.01,
    binding,
    quantize: async (plan) => {
      quantized.push(front.indexOf(plan));
      return { index: front.indexOf(plan) } as unknown as QuantizedSplit;
    },
    evaluate: async (split, limit) => evaluationOf(drops[(split as unknown as { index: number }).index], limit),
  };
  return { front, quantized, options };
}

test('takes the first plan that holds and looks at none behind it', async () => {
  const { front, quantized, options } = selection([0.3, 0.05, 0.009, 0], true);
  const chosen = await selectPlan(options);
  expect(chosen.plan).toBe(front[2]);
  expect(chosen.measured.map(({ plan, evaluation }) => [plan, evaluation.drop])).toEqual([
    [front[0], 0.3],
    [front[1], 0.05],
    [front[2], 0.009],
  ]);
  expect(quantized).toEqual([0, 1, 2]);
});

test('a limit that was asked for and holds nowhere is infeasible, and the front is shown with its intervals', async () => {
  const { options } = selection([0.3, 0.05, 0.02], true);
  const error = await selectPlan(options).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(AutosplitError);
  const { code, message } = error as AutosplitError;
  expect(code).toBe('INFEASIBLE');
  expect(message.split('\n')).toEqual([
    'no plan holds constraints.accuracyDrop: the most accurate of 3 plans loses 2.00 % of top1, the limit is 1.00 %',
    '  10.0 ms split: loses 30.00 % (95 %: 29.00 % to 31.00 %, 24 samples)',
    '  20.0 ms split: loses 5.00 % (95 %: 4.00 % to 6.00 %, 24 samples)',
    '  30.0 ms split: loses 2.00 % (95 %: 1.00 % to 3.00 %, 24 samples)',
  ]);
});

test('a limit that nobody asked for gives way to the most accurate plan, measured in full', async () => {
  const { front, options } = selection([0.3, 0.02, 0.05], false);
  const chosen = await selectPlan(options);
  expect(chosen.plan).toBe(front[1]);
  expect(chosen.evaluation).toMatchObject({ samples: 400, limit: null });
  expect(chosen.measured[1].evaluation).toBe(chosen.evaluation);
  expect(chosen.warning).toMatch(/loses 2.00 % of top1, the limit is 1.00 %; set constraints.accuracyDrop/);
});

test('the limit is what the config says, else one for what is measured', () => {
  const config = (accuracyDrop: number | undefined, isLabelled: boolean) =>
    ({ constraints: { ...(accuracyDrop !== undefined && { accuracyDrop }) }, ...(isLabelled && { validation: {} }) }) as never;
  expect(accuracyLimit(config(0.03, true), 'top1')).toEqual({ limit: 0.03, binding: true });
  expect(accuracyLimit(config(undefined, true), 'top1')).toEqual({ limit: 0.01, binding: false });
  expect(accuracyLimit(config(undefined, false), 'agreement')).toEqual({ limit: 0.02, binding: false });
  expect(accuracyLimit(config(undefined, false), 'fidelity')).toEqual({ limit: 0.05, binding: false });
});
