import { describe, expect, it } from 'vitest';
import { loadMetric } from '../../src/metrics/user.js';
import { numberToFloat16 } from '../../src/numerics/float16.js';
import { expectError, file } from '../samples/support.js';

const output = (...values: number[]) => ({ logits: { data: Float32Array.from(values), dims: [1, values.length] } });

const module = async (name: string, text: string) => loadMetric({ module: await file(name, text) });

describe('top1 and top5', () => {
  it('count the place of the label', async () => {
    const [top1, top5] = [await loadMetric('top1'), await loadMetric('top5')];
    const values = output(0.1, 0.9, 0.3, 0.5, 0.2, 0.4, 0);
    expect(values.logits.data.length).toBe(7);
    expect([0, 1, 2, 3, 4, 5, 6].map((label) => top1(values, String(label)))).toEqual([0, 1, 0, 0, 0, 0, 0]);
    expect([0, 1, 2, 3, 4, 5, 6].map((label) => top5(values, String(label)))).toEqual([0, 1, 1, 1, 1, 1, 0]);
  });
  it('break ties by index and give nothing for NaN', async () => {
    const top1 = await loadMetric('top1');
    expect([
      top1(output(1, 1), '0'),
      top1(output(1, 1), '1'),
      top1(output(Number.NaN, 1), '0'),
      top1(output(Number.NaN, 1), '1'),
    ]).toEqual([1, 0, 0, 1]);
  });
  it('decode half floats', async () => {
    const top1 = await loadMetric('top1');
    const data = Uint16Array.from([-2, 1, -3], numberToFloat16);
    expect(top1({ y: { data, dims: [3], dtype: 'float16' } }, '1')).toBe(1);
  });
  it('refuse labels that are no classes', async () => {
    const top1 = await loadMetric('top1');
    for (const label of ['cat', '2', '-1', '', '1.5'])
      await expectError(async () => top1(output(1, 2), label), 'LABELS_INVALID', /0\.\.1/);
  });
});

describe('a module', () => {
  it('scores with its default export', async () => {
    const metric = await module(
      'good.mjs',
      'export default ({ logits }, label) => (logits.data[0] === Number(label) && logits.dims[1] === 2 ? 1 : 0.5);',
    );
    expect([metric(output(3, 4), '3'), metric(output(3, 4), '4')]).toEqual([1, 0.5]);
  });
  it.each([
    ['2', /returned 2/],
    ['NaN', /returned NaN/],
    ['true', /returned true/],
    ['Promise.resolve(1)', /returned a promise/],
    ['undefined', /returned undefined/],
    ['(() => { throw new Error("boom"); })()', /boom/],
  ])('that gives %s is refused', async (expression, message) => {
    const metric = await module(
      `m${message.source.length}${expression.length}.mjs`,
      `export default () => ${expression};`,
    );
    await expectError(async () => metric(output(1), '0'), 'METRIC_INVALID', message);
  });
  it('that has changed, or imports what has, is read anew by the same process', async () => {
    const scores = async () => (await loadMetric({ module: main }))(output(1), '0');
    await file('changing/package.json', '{"type":"module"}');
    await file('changing/lib/value.mjs', 'export const value = 0.25;');
    const main = await file(
      'changing/metric.mjs',
      "import path from 'node:path';\nimport { value } from './lib/value.mjs';\nexport default () => path && value;",
    );
    expect(await scores()).toBe(0.25);
    await file('changing/lib/value.mjs', 'export const value = 0.5;');
    expect(await scores()).toBe(0.5);
    await file(
      'changing/metric.mjs',
      'export default () => (import.meta.url.endsWith("/changing/metric.mjs") ? 0.75 : 0);',
    );
    expect([await scores(), await scores()]).toEqual([0.75, 0.75]);
    await file('changing/metric.mjs', 'export default (');
    await expectError(scores, 'METRIC_INVALID', /cannot be loaded/);
    await file('changing/metric.mjs', 'export default () => 1;');
    expect(await scores()).toBe(1);
  });
  it('that cannot be loaded or exports no function is refused', async () => {
    await expectError(() => loadMetric({ module: '/nowhere/metric.mjs' }), 'METRIC_INVALID', /cannot be loaded/);
    await expectError(() => module('syntax.mjs', 'export default ('), 'METRIC_INVALID', /cannot be loaded/);
    await expectError(() => module('named.mjs', 'export const score = () => 1;'), 'METRIC_INVALID', /default export/);
  });
});
