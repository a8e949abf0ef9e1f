import { describe, expect, it } from 'vitest';
import { transferLink, transferSeconds } from '../../src/cost/network.js';

const plain = { uplink: 3e6, downlink: 12e6, rtt: 0.1, messageOverhead: 0 };

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
});
