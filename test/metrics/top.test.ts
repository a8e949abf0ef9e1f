import { describe, expect, it } from 'vitest';
import { topMetric } from '../../src/metrics/top.js';
import { numberToFloat16 } from '../../src/numerics/float16.js';
import { expectError } from '../samples/support.js';

const output = (...values: number[]) => ({ logits: { data: Float32Array.from(values), dims: [1, values.length] } });

describe('top1 and top5', () => {
  it('count the place of the label', () => {
    const [top1, top5] = [topMetric(1), topMetric(5)];
    const values = output(0.1, 0.9, 0.3, 0.5, 0.2, 0.4, 0);
    expect(values.logits.data.length).toBe(7);
    expect([0, 1, 2, 3, 4, 5, 6].map((label) => top1(values, String(label)))).toEqual([0, 1, 0, 0, 0, 0, 0]);
    expect([0, 1, 2, 3, 4, 5, 6].map((label) => top5(values, String(label)))).toEqual([0, 1, 1, 1, 1, 1, 0]);
  });
  it('break ties by index and give nothing for NaN', async () => {
    const top1 = topMetric(1);
    expect([
      top1(output(1, 1), '0'),
      top1(output(1, 1), '1'),
      top1(output(Number.NaN, 1), '0'),
      top1(output(Number.NaN, 1), '1'),
    ]).toEqual([1, 0, 0, 1]);
  });
  it('decode half floats', async () => {
    const top1 = topMetric(1);
    const data = Uint16Array.from([-2, 1, -3], numberToFloat16);
    expect(top1({ y: { data, dims: [3], dtype: 'float16' } }, '1')).toBe(1);
  });
  it('refuse labels that are no classes', async () => {
    const top1 = topMetric(1);
    for (const label of ['cat', '2', '-1', '', '1.5'])
      await expectError(async () => top1(output(1, 2), label), 'LABELS_INVALID', /0\.\.1/);
  });
});
