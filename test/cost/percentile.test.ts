import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LinkPreset } from '../../src/config/preset.js';
import { linkAt } from '../../src/cost/percentile.js';

const preset: LinkPreset = {
  name: 'field',
  title: 'Field',
  version: 1,
  confidence: 'measured',
  description: 'For tests.',
  uplink: 4e6,
  downlink: 20e6,
  rtt: 0.05,
  messageOverhead: 100,
  distribution: { uplink: { p5: 1e6, p95: 32e6 }, rtt: { p5: 0.02, p95: 0.2 } },
};

describe('a percentile', () => {
  it('takes slow rates and long round trips for a bad day, and leaves what does not vary', () => {
    expect(linkAt({ preset, percentile: 95 })).toMatchObject({
      uplink: 1e6,
      downlink: 20e6,
      rtt: 0.2,
      messageOverhead: 100,
    });
    expect(linkAt({ preset, percentile: 5 })).toMatchObject({ uplink: 32e6, downlink: 20e6, rtt: 0.02 });
    expect(linkAt({ preset, percentile: 50 })).toMatchObject({ uplink: 4e6, downlink: 20e6, rtt: 0.05 });
    expect(linkAt({ preset, percentile: 95 })).not.toHaveProperty('distribution');
  });
  it('runs straight over the logarithm between 5, 50 and 95', () => {
    // Half way from 50 to 95 and to 5: the geometric means.
    const bad = linkAt({ preset, percentile: 72.5 });
    expect(bad.uplink).toBeCloseTo(Math.sqrt(4e6 * 1e6), 3);
    expect(bad.rtt).toBeCloseTo(Math.sqrt(0.05 * 0.2), 9);
    const good = linkAt({ preset, percentile: 27.5 });
    expect(good.uplink).toBeCloseTo(Math.sqrt(4e6 * 32e6), 3);
    expect(good.rtt).toBeCloseTo(Math.sqrt(0.05 * 0.02), 9);
    // A third of the way from the median to the bad day: 4 * (1 / 4) ** (1 / 3).
    expect(linkAt({ preset, percentile: 65 }).uplink).toBeCloseTo(4e6 * 0.25 ** (1 / 3), 3);
  });
  it('is the outermost value beyond 5 and 95', () => {
    expect(linkAt({ preset, percentile: 99 })).toMatchObject({ uplink: 1e6, rtt: 0.2 });
    expect(linkAt({ preset, percentile: 1 })).toMatchObject({ uplink: 32e6, rtt: 0.02 });
  });
  it('never gets better on a worse day', () => {
    const percentile = fc.integer({ min: 1, max: 99 });
    fc.assert(
      fc.property(percentile, percentile, (one, other) => {
        const [better, worse] = [Math.min(one, other), Math.max(one, other)].map((each) =>
          linkAt({ preset, percentile: each }),
        );
        expect(worse.uplink).toBeLessThanOrEqual(better.uplink);
        expect(worse.rtt).toBeGreaterThanOrEqual(better.rtt);
      }),
    );
  });
});
