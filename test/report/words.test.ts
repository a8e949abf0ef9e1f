import { expect, it } from 'vitest';
import { sizeUnit, timeUnit } from '../../src/report/units.js';
import { cutLabel, shortened } from '../../src/report/words.js';

it('shortens names in the middle, to no more than asked', () => {
  expect(shortened('short', 10)).toBe('short');
  expect(shortened('/down2/relu/Relu_output_0', 13)).toBe('/dow…output_0');
  for (let most = 4; most < 30; most++) expect(shortened('x'.repeat(40), most)).toHaveLength(most);
});

it('labels cuts by what crosses', () => {
  const latency = { edge: 0, transfer: 0, cloud: 0, total: 0 };
  const tensor = (name: string) => ({
    tensor: name,
    shape: [],
    bits: 8,
    encoding: 'raw',
    bytes: 1,
    p50: 1,
    p95: 1,
    codingSeconds: 0,
  });
  expect(cutLabel({ decision: 'cloud-only', cut: [tensor('x')], latency }, 20)).toBe('all in the cloud');
  expect(cutLabel({ decision: 'split', cut: [tensor('first'), tensor('second'), tensor('third')], latency }, 8)).toBe(
    'first +2',
  );
});

it('takes units in which an axis has numbers that read well', () => {
  expect([3, 1.9, 0.005, 1e-6].map((most) => timeUnit(most).name)).toEqual(['s', 'ms', 'ms', 'ns']);
  expect([5e9, 3e6, 1.5e6, 100].map((most) => sizeUnit(most).name)).toEqual(['GB', 'MB', 'kB', 'B']);
});
