import { expect, test } from 'vitest';
import { temporaryFolder } from '../util/temporary.js';
import { loadOne, problemsIn, SMALLEST } from './support.js';

const LINK = `name: field
title: A link that varies
version: 1
confidence: measured
description: For tests.
uplink: { value: 4 Mbps, source: "speed test" }
rtt: { value: 50 ms, source: "ping" }
distribution:
  uplink: { p5: { value: 1 Mbps, source: "speed test" }, p95: { value: 20 Mbps, source: "speed test" } }
  rtt: { p5: { value: 30 ms, source: "ping" }, p95: { value: 120 ms, source: "ping" } }
`;

const link = async (network: string) => {
  const folder = temporaryFolder({ 'field.yaml': LINK });
  const config = await loadOne(SMALLEST.replace('{ preset: slow }', network.replace('field', `${folder}/field.yaml`)));
  return config.link.preset;
};

test('a downlink that is stated nowhere is the uplink, spread and all', async () => {
  const { downlink, distribution } = await link('{ preset: field }');
  expect(downlink).toBe(4e6);
  expect(distribution?.downlink).toEqual(distribution?.uplink);
});

test('a spread moves with a median that the config changes', async () => {
  const { uplink, downlink, rtt, distribution } = await link('{ preset: field, uplink: 8 Mbps, rtt: 25 ms }');
  expect([uplink, downlink, rtt]).toEqual([8e6, 8e6, 0.025]);
  expect(distribution).toEqual({
    uplink: { p5: 2e6, p95: 40e6 },
    downlink: { p5: 2e6, p95: 40e6 },
    rtt: { p5: 0.015, p95: 0.06 },
  });
});

test('a percentile that the config states itself stays as it says', async () => {
  const { distribution } = await link('{ preset: field, uplink: 8 Mbps, distribution: { uplink: { p5: 3 Mbps } } }');
  expect(distribution?.uplink).toEqual({ p5: 3e6, p95: 40e6 });
  expect(distribution?.downlink).toEqual({ p5: 3e6, p95: 40e6 });
  expect(distribution?.rtt).toEqual({ p5: 0.03, p95: 0.12 });
});

test('a downlink of its own varies as that of the preset did', async () => {
  const { distribution } = await link('{ preset: field, downlink: 40 Mbps }');
  expect(distribution?.uplink).toEqual({ p5: 1e6, p95: 20e6 });
  expect(distribution?.downlink).toEqual({ p5: 10e6, p95: 200e6 });
});

test.each([
  ['uplink: 4 Mbps, distribution: { uplink: { p5: 5 Mbps, p95: 20 Mbps } }', '5:58'],
  ['uplink: 4 Mbps, distribution: { uplink: { p5: 1 Mbps, p95: 2 Mbps } }', '5:71'],
])('a spread that does not lie around its median is refused at its place: %s', async (fields, place) => {
  expect(await problemsIn(SMALLEST.replace('preset: slow', fields))).toMatchObject([
    {
      code: 'CONFIG_INVALID',
      message: '`distribution.uplink` does not lie around `uplink`, which is its median',
      at: `autosplit.config.yaml:${place}`,
    },
  ]);
});

test('a spread of a preset is no reason to refuse the link it is overridden to', async () => {
  const { distribution } = await link('{ preset: field, uplink: 0.1 Mbps }');
  expect(distribution?.uplink).toEqual({ p5: 25e3, p95: 0.5e6 });
});
