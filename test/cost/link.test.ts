import { describe, expect, it } from 'vitest';
import type { Link } from '../../src/cost/device.js';
import { dollarsPerByte, transferLink, usableRate } from '../../src/cost/link.js';
import { transferSeconds } from './transfer.js';

const plain: Link = { uplink: 3e6, downlink: 12e6, rtt: 0.1, messageOverhead: 0 };

describe('a link', () => {
  it('costs rtt + bytes * 8 / rate; 3 Mbps are 3 * 10^6 bit/s', () => {
    const link = transferLink(plain);
    // Auto-Split's cloud-only: a 224 x 224 x 3 input at 8 bits over 3 Mbps.
    expect(transferSeconds(link, 224 * 224 * 3)).toBeCloseTo(0.1 + 150528 / 375000, 12);
    expect(transferSeconds(link, 1000, 3000)).toBeCloseTo(0.1 + 8000 / 3e6 + 24000 / 12e6, 12);
  });
  it('costs nothing where nothing travels', () => {
    expect(transferSeconds(transferLink({ ...plain, messageOverhead: 500 }), 0)).toBe(0);
  });
  it('pays for the headers of the message, both ways, and for those of each packet', () => {
    const link = transferLink({ ...plain, messageOverhead: 300, mtu: 1500, packetOverhead: 60 });
    const inflation = 1500 / 1440;
    expect(link.secondsPerByteUp).toBeCloseTo((8 * inflation) / 3e6, 15);
    expect(link.fixedSeconds).toBeCloseTo(0.1 + 300 * 8 * inflation * (1 / 3e6 + 1 / 12e6), 12);
    expect(transferSeconds(link, 1440)).toBeCloseTo(link.fixedSeconds + (1500 * 8) / 3e6, 12);
  });
  it('sends lost packets again until they arrive: 1 / (1 - p) times on average', () => {
    const link = transferLink({ ...plain, loss: 0.2, messageOverhead: 100 });
    expect(link.secondsPerByteUp).toBeCloseTo(8 / 3e6 / 0.8, 15);
    expect(link.secondsPerByteDown).toBeCloseTo(8 / 12e6 / 0.8, 15);
    expect(link.fixedSeconds).toBeCloseTo(0.1 + (100 * 8 * (1 / 3e6 + 1 / 12e6)) / 0.8, 12);
    // The same by hand: of 1000 packets 200 are lost, of those 40, of those 8, ...
    const sent = Array.from({ length: 60 }, (_, i) => 1000 * 0.2 ** i).reduce((a, b) => a + b);
    expect(link.secondsPerByteUp * 1000).toBeCloseTo((sent * 8) / 3e6, 12);
  });
  it('is silent for as long as its duty cycle asks', () => {
    // LoRa SF7 at 125 kHz, 1 %: a byte that takes 1.46 ms on air takes 146 ms of the day.
    const link = transferLink({ ...plain, uplink: 5470, downlink: 5470, rtt: 0, dutyCycle: 0.01 });
    expect(link.secondsPerByteUp).toBeCloseTo(8 / 54.7, 9);
    expect(link.secondsPerByteDown).toBeCloseTo(8 / 54.7, 9);
  });
  it('waits for a connection event with request and answer, and sends what fits in one', () => {
    const ble: Link = {
      ...plain,
      uplink: 1e6,
      downlink: 2e6,
      rtt: 0,
      mtu: 251,
      packetOverhead: 7,
      connectionInterval: 0.03,
    };
    expect(transferLink(ble).fixedSeconds).toBeCloseTo(2 * (0.03 / 2), 15);
    expect(usableRate(ble, 1e6)).toBe(1e6);
    // Six packets of 251 bytes each 30 ms: 401.6 kbit/s of packets, 390.4 kbit/s of payload.
    const limited = { ...ble, packetsPerInterval: 6 };
    expect(usableRate(limited, 1e6)).toBeCloseTo((6 * 251 * 8) / 0.03, 6);
    expect(1 / transferLink(limited).secondsPerByteUp).toBeCloseTo((6 * 244) / 0.03, 6);
    expect(usableRate(limited, 100e3)).toBe(100e3);
  });
  it('takes energy for every byte on air, where both ways are stated', () => {
    const link: Link = {
      ...plain,
      messageOverhead: 100,
      mtu: 100,
      packetOverhead: 20,
      loss: 0.5,
      energy: { transmit: 4e-7, receive: 1e-7 },
    };
    // 100 bytes of packets carry 80, and are sent twice.
    const onAir = (100 / 80) * 2;
    const { fixedJoules, joulesPerByteUp, joulesPerByteDown } = transferLink(link);
    expect(joulesPerByteUp).toBeCloseTo(onAir * 4e-7, 18);
    expect(joulesPerByteDown).toBeCloseTo(onAir * 1e-7, 18);
    expect(fixedJoules).toBeCloseTo(100 * onAir * 5e-7, 15);
    for (const energy of [undefined, { transmit: 4e-7 }, { receive: 1e-7 }])
      expect(transferLink({ ...link, energy })).not.toHaveProperty('joulesPerByteUp');
  });
  it('is paid for by every byte on air', () => {
    expect(dollarsPerByte(plain)).toBe(0);
    expect(dollarsPerByte({ ...plain, price: 1e-8, mtu: 1500, packetOverhead: 500, loss: 0.1 })).toBeCloseTo(
      (1e-8 * 1.5) / 0.9,
      20,
    );
  });
});
