import { describe, expect, it } from 'vitest';
import type { CloudPreset, EdgePreset, LinkPreset, Spread } from '../../src/config/preset.js';
import { listPresets } from '../../src/config/preset-load.js';
import { cloudSeconds, edgeSeconds, type LayerShape } from '../../src/cost/layer.js';

/** Highest rate that a standard gives a link, in bits per second, and where it says so. */
interface Standard {
  up: number;
  down: number;
  source: string;
}

const STANDARDS: Record<string, Standard> = {
  '2g': { up: 118.4e3, down: 236.8e3, source: '3GPP TS 45.001: MCS-9, 59.2 kbit/s a slot; two slots up and four down' },
  '3g': { up: 5.76e6, down: 42.2e6, source: '3GPP TS 25.306: E-DCH category 6; HS-DSCH category 24, two carriers' },
  '4g': { up: 1.5e9, down: 3e9, source: '3GPP TS 36.306, Release 10 (LTE-Advanced): category 8' },
  '5g-mmwave': { up: 10e9, down: 20e9, source: 'ITU-R M.2410, section 4.1: peak data rate of IMT-2020' },
  '5g-sub6': { up: 10e9, down: 20e9, source: 'ITU-R M.2410, section 4.1: peak data rate of IMT-2020' },
  'ble-4.2': {
    up: 1e6,
    down: 1e6,
    source: 'Bluetooth Core Specification 4.2, volume 6, part A: 1 Msymbol/s, a bit each',
  },
  'ble-5': { up: 2e6, down: 2e6, source: 'Bluetooth Core Specification 5.0, volume 6, part A: LE 2M PHY' },
  'ethernet-100': { up: 100e6, down: 100e6, source: 'IEEE 802.3, clause 25: 100BASE-TX' },
  'ethernet-10g': { up: 10e9, down: 10e9, source: 'IEEE 802.3, clause 55: 10GBASE-T' },
  'ethernet-1g': { up: 1e9, down: 1e9, source: 'IEEE 802.3, clause 40: 1000BASE-T' },
  'lora-sf12': { up: 293, down: 293, source: 'SX1276 datasheet: 12 bits a symbol of 2^12 / 125 kHz, code rate 4/5' },
  'lora-sf7': { up: 5469, down: 5469, source: 'SX1276 datasheet: 7 bits a symbol of 2^7 / 125 kHz, code rate 4/5' },
  'lte-cat-1': { up: 5.16e6, down: 10.3e6, source: '3GPP TS 36.306: category 1' },
  'lte-m': { up: 375e3, down: 300e3, source: '3GPP TS 36.306, Release 13: category M1, half duplex' },
  'nb-iot': { up: 62.5e3, down: 26.2e3, source: '3GPP TS 36.306, Release 13: category NB1' },
  powerline: { up: 200e6, down: 200e6, source: 'HomePlug AV, IEEE 1901: 200 Mbit/s on the line' },
  'satellite-geo': { up: 10e6, down: 100e6, source: 'no standard: the subscription that was measured' },
  'satellite-leo': { up: 64e6, down: 386e6, source: 'no standard: the highest that was measured' },
  thread: { up: 250e3, down: 250e3, source: 'IEEE 802.15.4: O-QPSK in the 2.4 GHz band' },
  'wifi-4': { up: 72.2e6, down: 72.2e6, source: 'IEEE 802.11n-2009: MCS 7, one stream, 20 MHz, short guard interval' },
  'wifi-5': {
    up: 433.3e6,
    down: 433.3e6,
    source: 'IEEE 802.11ac-2013: VHT-MCS 9, one stream, 80 MHz, short guard interval',
  },
  'wifi-6': {
    up: 600.5e6,
    down: 600.5e6,
    source: 'IEEE 802.11ax-2021: HE-MCS 11, one stream, 80 MHz, guard interval of 0.8 us',
  },
  'wifi-halow': {
    up: 7.22e6,
    down: 7.22e6,
    source: 'IEEE 802.11ah-2016: MCS 7, one stream, 2 MHz, short guard interval',
  },
  zigbee: { up: 250e3, down: 250e3, source: 'IEEE 802.15.4: O-QPSK in the 2.4 GHz band' },
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

/** What is wrong with a link, in words. */
function implausibleLink(link: LinkPreset, { up, down }: Standard): string[] {
  const {
    uplink,
    downlink,
    rtt,
    distribution = {},
    loss = 0,
    mtu = 0,
    connectionInterval = 1,
    packetsPerInterval = 0,
  } = link;
  const around = (name: string, median: number, spread: Spread = { p5: median, p95: median }) =>
    spread.p5 <= median && median <= spread.p95 ? [] : [`its ${name} does not spread around its median`];
  return [
    ...(Math.max(uplink, distribution.uplink?.p95 ?? 0) > up ? ['its uplink is faster than its standard'] : []),
    ...(Math.max(downlink, distribution.downlink?.p95 ?? 0) > down ? ['its downlink is faster than its standard'] : []),
    ...((8 * packetsPerInterval * mtu) / connectionInterval > Math.max(up, down)
      ? ['its events take more than its standard']
      : []),
    ...(loss >= 0.5 ? ['it loses half of its packets'] : []),
    ...around('uplink', uplink, distribution.uplink),
    ...around('downlink', downlink, distribution.downlink),
    ...around('rtt', rtt, distribution.rtt),
  ];
}

describe('links', () => {
  const links = listPresets('network').map(({ preset }) => preset);

  it('each has a standard to be held against, with its source', () => {
    expect(links.map(({ name }) => name).sort()).toEqual(Object.keys(STANDARDS).sort());
    for (const { source } of Object.values(STANDARDS)) expect(source.length).toBeGreaterThan(10);
  });

  it.each(links)(
    '$name is no faster than its standard, loses less than half, and spreads around its median',
    (link) => {
      expect(implausibleLink(link, STANDARDS[link.name])).toEqual([]);
    },
  );

  it('one that is, does or does not is told', () => {
    const wifi = links.find(({ name }) => name === 'wifi-5');
    if (!wifi) throw new Error('there is no wifi-5');
    const told = (change: Partial<LinkPreset>) => implausibleLink({ ...wifi, ...change }, STANDARDS['wifi-5']);
    expect(told({ uplink: 434e6, distribution: undefined })).toEqual(['its uplink is faster than its standard']);
    expect(told({ distribution: { downlink: { p5: 1, p95: 500e6 } } })).toEqual([
      'its downlink is faster than its standard',
    ]);
    expect(told({ loss: 0.5 })).toEqual(['it loses half of its packets']);
    expect(told({ distribution: { rtt: { p5: 1, p95: 2 } } })).toEqual(['its rtt does not spread around its median']);
    expect(told({ connectionInterval: 0.01, packetsPerInterval: 400, mtu: 1500 })).toEqual([
      'its events take more than its standard',
    ]);
  });

  it.each(links)('$name sends at between a milliwatt and a hundred watts, and carries more than headers', (link) => {
    const { uplink, downlink, energy, mtu = Number.POSITIVE_INFINITY, packetOverhead = 0 } = link;
    for (const watts of [
      (energy?.transmit ?? 1 / uplink) * (uplink / 8),
      (energy?.receive ?? 1 / downlink) * (downlink / 8),
    ]) {
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

/** What is wrong with a device, in words. */
function implausibleDevice(device: EdgePreset | CloudPreset): string[] {
  const { energy } = device;
  const ascending = (stated: Partial<Record<'fp32' | 'fp16' | 'int8' | 'int4', number>> = {}) => {
    const values = (['fp32', 'fp16', 'int8', 'int4'] as const).flatMap((precision) => stated[precision] ?? []);
    return values.every((value, i) => i === 0 || value >= values[i - 1]);
  };
  const inverse = Object.fromEntries(
    Object.entries(energy?.mac ?? {}).map(([precision, joules]) => [precision, 1 / joules]),
  );
  const shares = device.kind === 'roofline' ? Object.values(device.efficiency) : [];
  return [
    ...(device.kind === 'roofline' && !ascending(device.peak) ? ['a narrower precision has a lower peak'] : []),
    ...(shares.some((share) => share > 1) ? ['an operator is faster than the peak'] : []),
    ...(ascending(inverse) ? [] : ['a narrower precision takes more energy']),
    ...((energy?.onChip ?? 0) > (energy?.offChip ?? Infinity)
      ? ['a byte on the chip takes more than one beside it']
      : []),
    ...('power' in device && device.power && device.power.active < device.power.idle
      ? ['it takes less when it works']
      : []),
  ];
}

/** A convolution of ResNet-18 and a dense layer: one bound by arithmetic, the other by what it moves. */
const LAYERS: LayerShape[] = [
  {
    op: 'Conv',
    inputElements: 56 * 56 * 64,
    outputElements: 56 * 56 * 64,
    parameters: 9 * 64 * 64,
    macs: 56 * 56 * 64 * 64 * 9,
    gemm: { m: 56 * 56, n: 64, k: 9 * 64, count: 1 },
  },
  {
    op: 'Gemm',
    inputElements: 512,
    outputElements: 1000,
    parameters: 513_000,
    macs: 512_000,
    gemm: { m: 1, n: 1000, k: 512, count: 1 },
  },
];

describe('every device', () => {
  const devices = [...listPresets('edge'), ...listPresets('cloud')].map(({ preset }) => preset);

  it.each(devices)('$name gains from narrower numbers, if anything, and never beats its peak', (device) => {
    expect(implausibleDevice(device)).toEqual([]);
  });

  it.each(devices)('$name runs no layer faster than its peak and its memory allow', (device) => {
    if (device.kind === 'measured') return;
    const peak =
      device.kind === 'systolic'
        ? 2 * device.array.rows * device.array.columns * device.clock
        : Math.max(...Object.values(device.peak));
    for (const shape of LAYERS) {
      const bits = { weights: 8, input: 8, output: 8 };
      const seconds = 'precision' in device ? cloudSeconds(device, shape) : edgeSeconds(device, shape, bits);
      expect(seconds).toBeGreaterThan((0.999 * 2 * shape.macs) / peak);
      expect(seconds).toBeGreaterThan((0.999 * shape.parameters) / device.bandwidth);
    }
  });

  it('one that beats its peak is told', () => {
    const board = devices.find(({ name }) => name === 'raspberry-pi-4');
    if (board?.kind !== 'roofline') throw new Error('raspberry-pi-4 is no roofline');
    const { fp32 } = board.peak;
    expect(implausibleDevice({ ...board, peak: { fp32, int8: fp32 / 2 } })).toEqual([
      'a narrower precision has a lower peak',
    ]);
    expect(implausibleDevice({ ...board, efficiency: { default: 0.5, Conv: 1.2 } })).toEqual([
      'an operator is faster than the peak',
    ]);
    expect(implausibleDevice({ ...board, power: { active: 1, idle: 2 } })).toEqual(['it takes less when it works']);
    expect(implausibleDevice({ ...board, energy: { mac: { fp32: 1, int8: 2 } } })).toEqual([
      'a narrower precision takes more energy',
    ]);
    expect(implausibleDevice({ ...board, energy: { onChip: 2, offChip: 1 } })).toEqual([
      'a byte on the chip takes more than one beside it',
    ]);
  });
});
