import { expect, it } from 'vitest';
import { precisionOf, tableRows } from '../../src/benchmark/rows.js';
import type { LayerProfile, LayerShape, Profile } from '../../src/calibrate/profile.js';
import { measuredSeconds } from '../../src/cost/measured.js';

const shape = (op: string, elements: number): LayerShape => ({
  op,
  inputElements: elements,
  outputElements: elements,
  parameters: 0,
  macs: 0,
});

function profileOf(...layers: [LayerShape, boolean][]): Profile {
  const profiles = layers.map(
    ([of, integer], index): LayerProfile => ({
      name: `layer ${index}`,
      shape: of,
      integer,
      weightElements: 0,
      weightChannels: 0,
      biasElements: 0,
      plainBytes: 0,
      weightErrors: new Map(),
      weightMeanSquare: 0,
    }),
  );
  return {
    samples: 1,
    tensors: new Map(),
    layers: profiles,
    inputs: new Map(),
    integer: { roles: [], codes: new Map() },
  };
}

const time = (median: number) => ({ median, p10: median / 2, p90: median * 2 });

it('layers that are alike share a row, and a network still sums up to what it took', () => {
  const profile = profileOf(
    [shape('Add', 100), true],
    [shape('Add', 100), true],
    [shape('Softmax', 10), false],
    [shape('Add', 200), true],
  );
  const layers = [time(2e-6), time(4e-6), time(1e-6), time(5e-6)];
  const rows = tableRows([
    { form: 'int8', profile, layers },
    { form: 'float', profile, layers: layers.map(({ median }) => time(3 * median)) },
  ]);
  expect(
    rows.map(({ op, precision, elements: [inputs], seconds }) => [
      op,
      precision,
      inputs,
      Number((seconds * 1e6).toFixed(6)),
    ]),
  ).toEqual([
    ['Add', 'fp32', 100, 9],
    ['Add', 'fp32', 200, 15],
    ['Add', 'int8', 100, 3],
    ['Add', 'int8', 200, 5],
    ['Softmax', 'fp32', 10, 3],
    ['Softmax', 'mixed', 10, 1],
  ]);
  expect(rows[0].p10).toBeCloseTo(4.5e-6, 12);
  expect(rows[0].p90).toBeCloseTo(18e-6, 12);
  const whole = (form: 'float' | 'int8') =>
    profile.layers.reduce(
      (sum, layer) => sum + measuredSeconds({ table: rows }, layer.shape, precisionOf(form, layer.integer)),
      0,
    );
  expect(whole('int8')).toBeCloseTo(12e-6, 12);
  expect(whole('float')).toBeCloseTo(36e-6, 12);
});
