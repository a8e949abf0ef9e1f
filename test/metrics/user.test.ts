import { describe, expect, it } from 'vitest';
import { loadMetric } from '../../src/metrics/user.js';
import { expectError, file } from '../samples/support.js';

const output = (...values: number[]) => ({ logits: { data: Float32Array.from(values), dims: [1, values.length] } });

const module = async (name: string, text: string) => loadMetric(await file(name, text));

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
    const scores = async () => (await loadMetric(main))(output(1), '0');
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
    await expectError(() => loadMetric('/nowhere/metric.mjs'), 'METRIC_INVALID', /cannot be loaded/);
    await expectError(() => module('syntax.mjs', 'export default ('), 'METRIC_INVALID', /cannot be loaded/);
    await expectError(() => module('named.mjs', 'export const score = () => 1;'), 'METRIC_INVALID', /default export/);
  });
});
