import { describe, expect, it } from 'vitest';
import { listPresets } from '../../src/config/preset-load.js';

/** Highest rate that the standard of each link allows, in bits per second: up, down. */
const STANDARD: Record<string, [up: number, down: number]> = {
  '2g': [118.4e3, 236.8e3], // EDGE, two and four slots
  '3g': [5.76e6, 42.2e6], // HSUPA category 6, HSPA+ on two carriers
  '4g': [1.5e9, 3e9], // LTE-Advanced, 3GPP Release 10
  '5g-mmwave': [10e9, 20e9], // ITU-R M.2410, peak data rates
  '5g-sub6': [10e9, 20e9],
  'ble-4.2': [1e6, 1e6],
  'ble-5': [2e6, 2e6],
  'ethernet-100': [100e6, 100e6],
  'ethernet-10g': [10e9, 10e9],
  'ethernet-1g': [1e9, 1e9],
  'lora-sf12': [293, 293], // 12 bits a symbol of 2^12 / 125 kHz, code rate 4/5
  'lora-sf7': [5469, 5469],
  'lte-cat-1': [5.16e6, 10.3e6],
  'lte-m': [375e3, 300e3],
  'nb-iot': [62.5e3, 26.2e3],
  powerline: [200e6, 200e6],
  'satellite-geo': [10e6, 100e6], // the subscription that was measured
  'satellite-leo': [64e6, 386e6], // the highest that was measured
  thread: [250e3, 250e3],
  'wifi-4': [72.2e6, 72.2e6],
  'wifi-5': [433.3e6, 433.3e6],
  'wifi-6': [600.5e6, 600.5e6],
  'wifi-halow': [7.22e6, 7.22e6],
  zigbee: [250e3, 250e3],
};

/** Published peaks of arrays in bfloat16, operations per second; of one core where the preset is one. */
const ARRAYS: Record<string, number> = {
  inferentia2: 91.75e12,
  trainium: 91.75e12,
  'tpu-v1': 192e12, // 96 T multiply-accumulates as Auto-Split counts them
  'tpu-v2': 23e12,
  'tpu-v3': 61.5e12,
  'tpu-v4': 275e12,
  'tpu-v5e': 197e12,
  'tpu-v5p': 459e12,
  'tpu-v6e': 918e12,
};

describe('links', () => {
  const links = listPresets('network').map(({ preset }) => preset);

  it('each has a standard to be held against', () => {
    expect(links.map(({ name }) => name).sort()).toEqual(Object.keys(STANDARD).sort());
  });

  it.each(links)('$name is no faster than its standard, on a good day either', ({ name, uplink, downlink, distribution }) => {
    const [up, down] = STANDARD[name] ?? [0, 0];
    expect(Math.max(uplink, distribution?.uplink?.p95 ?? 0)).toBeLessThanOrEqual(up);
    expect(Math.max(downlink, distribution?.downlink?.p95 ?? 0)).toBeLessThanOrEqual(down);
  });

  it.each(links)('$name spreads around its median', ({ uplink, downlink, rtt, distribution = {} }) => {
    for (const [spread, median] of [
      [distribution.uplink, uplink],
      [distribution.downlink, downlink],
      [distribution.rtt, rtt],
    ] as const) {
      expect(spread?.p5 ?? median).toBeLessThanOrEqual(median);
      expect(spread?.p95 ?? median).toBeGreaterThanOrEqual(median);
    }
  });

  it.each(links)('$name sends at between a milliwatt and a hundred watts, and carries more than headers', (link) => {
    const { uplink, downlink, energy, mtu = Number.POSITIVE_INFINITY, packetOverhead = 0 } = link;
    for (const watts of [(energy?.transmit ?? 1 / uplink) * (uplink / 8), (energy?.receive ?? 1 / downlink) * (downlink / 8)]) {
      expect(watts).toBeGreaterThan(1e-3);
      expect(watts).toBeLessThan(100);
    }
    expect(packetOverhead).toBeLessThan(mtu / 2);
  });
});

describe('cloud devices', () => {
  const devices = listPresets('cloud').map(({ preset }) => preset);

  it.each(devices)('$name computes as fast as published', (device) => {
    if (device.kind === 'systolic') {
      const { array, clock, sram, onChipMemory } = device;
      expect((2 * array.rows * array.columns * clock) / (ARRAYS[device.name] ?? Number.NaN)).toBeCloseTo(1, 1.7);
      expect(sram.ifmap + sram.filter + sram.ofmap).toBeLessThanOrEqual(onChipMemory);
      return;
    }
    if (device.kind === 'measured') throw new Error('no measured preset is shipped');
    const { fp32, fp16 = fp32, int8 = fp16 } = device.peak;
    expect(fp16).toBeGreaterThanOrEqual(fp32);
    expect(int8).toBeGreaterThanOrEqual(fp16);
  });

  it.each(devices)(
    '$name moves data no slower than a memory channel and no faster than stacked memory',
    ({ bandwidth, memory, onChipMemory }) => {
      expect(bandwidth).toBeGreaterThanOrEqual(10e9);
      expect(bandwidth).toBeLessThanOrEqual(10e12);
      expect(onChipMemory).toBeLessThan(memory);
    },
  );

  it.each(devices)('$name costs between a dime and a hundred dollars an hour, where it is let', ({ price }) => {
    expect((price ?? 1 / 3600) * 3600).toBeGreaterThan(0.1);
    expect((price ?? 1 / 3600) * 3600).toBeLessThan(100);
  });
});
