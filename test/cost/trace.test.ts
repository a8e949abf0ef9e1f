import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RateTrace } from '../../src/config/trace.js';
import type { Link } from '../../src/cost/device.js';
import { transferLink } from '../../src/cost/link.js';
import { latencyOverTrace } from '../../src/cost/trace.js';
import { transferSeconds } from './transfer.js';

const link: Link = { uplink: 1e6, downlink: 8e6, rtt: 0, messageOverhead: 0 };
const trace = (rates: readonly number[], duration = rates.length): RateTrace => ({
  file: 't.csv',
  starts: rates.map((_, i) => i),
  bitsPerSecond: [...rates],
  duration,
});
const plan = (uplinkBytes: number, more = {}) => ({
  latency: { edge: 0, cloud: 0 },
  uplinkBytes,
  downlinkBytes: 0,
  travels: true,
  ...more,
});

/** Seconds until `bits` are sent from `start` on, step by step: slow, and nothing like the closed form. */
function simulated({ starts, bitsPerSecond, duration }: RateTrace, start: number, bits: number): number {
  const first = starts.findLastIndex((each) => each <= start);
  let left = bits;
  for (let step = first; ; step++) {
    const i = step % starts.length;
    const lap = Math.floor(step / starts.length) * duration;
    const from = step === first ? start : lap + starts[i];
    const until = lap + (starts[i + 1] ?? duration);
    const sent = bitsPerSecond[i] * (until - from);
    if (bitsPerSecond[i] > 0 && sent >= left) return from + left / bitsPerSecond[i] - start;
    left -= sent;
  }
}

describe('a plan over a trace', () => {
  it('of a constant rate is the plan over that link', () => {
    const over = {
      ...link,
      uplink: 2e6,
      rtt: 0.03,
      messageOverhead: 400,
      mtu: 1500,
      packetOverhead: 60,
      loss: 0.1,
      dutyCycle: 0.5,
    };
    const expected = 0.2 + 0.1 + transferSeconds(transferLink(over), 10_000, 3000);
    const found = latencyOverTrace(
      trace([2e6, 2e6, 2e6]),
      over,
      plan(10_000, { latency: { edge: 0.2, cloud: 0.1 }, downlinkBytes: 3000 }),
    );
    for (const value of Object.values(found)) expect(value).toBeCloseTo(expected, 9);
  });
  it('by hand: a second at 1 Mbit/s, a second of nothing', () => {
    // Half a megabit. Started in the first half second it takes 0.5 s; started at s in the second one, it takes what is
    // left until 1, the second of nothing, and the rest: 1.5 s. Started in the gap at 1 + g it takes 1.5 - g.
    const found = latencyOverTrace(trace([1e6, 0]), link, plan(62_500));
    expect(found.mean).toBeCloseTo((0.5 * 0.5 + 0.5 * 1.5 + 1 * 1) / 2, 9);
    // 0.5 s: a quarter of all. From 0.5 to 1.5 s evenly: the half of all that starts in the gap. 1.5 s: a quarter.
    expect(found.p50).toBeCloseTo(1, 9);
    expect(found.p95).toBeCloseTo(1.5, 9);
    expect(found.p99).toBeCloseTo(1.5, 9);
  });
  it('goes round as often as it must', () => {
    // Three laps of two megabits each, and one megabit more.
    const found = latencyOverTrace(trace([2e6, 0]), link, plan(7e6 / 8));
    expect(found.mean).toBeCloseTo(6 + (0.5 * 0.5 + 0.5 * 1.5 + 1 * 1) / 2, 9);
    // Exactly one lap: from within the gap it is over as soon as the gap begins again.
    expect(latencyOverTrace(trace([2e6, 0]), link, plan(2e6 / 8)).mean).toBeCloseTo((1 * 2 + 1 * 1.5) / 2, 9);
  });
  it('waits where nothing travels for nothing, and without an upload for the answer', () => {
    const nothing = latencyOverTrace(
      trace([1e6, 0]),
      { ...link, rtt: 1 },
      plan(0, { travels: false, latency: { edge: 0.3, cloud: 0 } }),
    );
    expect(nothing).toEqual({ mean: 0.3, p50: 0.3, p95: 0.3, p99: 0.3 });
    const answer = latencyOverTrace(trace([1e6, 0]), { ...link, rtt: 1 }, plan(0, { downlinkBytes: 1e6 }));
    expect(answer).toEqual({ mean: 2, p50: 2, p95: 2, p99: 2 });
  });
  it('is what a simulation of many starts finds', () => {
    const rates = fc
      .array(fc.constantFrom(0, 0, 0.2e6, 1e6, 3e6, 10e6), { minLength: 1, maxLength: 8 })
      .filter((all) => all.some((rate) => rate > 0));
    fc.assert(
      fc.property(
        rates,
        fc.integer({ min: 1, max: 4_000_000 }),
        fc.double({ min: 0.3, max: 2, noNaN: true }),
        (all, bytes, stretch) => {
          const stretched = { ...trace(all), starts: all.map((_, i) => i * stretch), duration: all.length * stretch };
          const starts = 2000;
          const times = Array.from({ length: starts }, (_, i) =>
            simulated(stretched, ((i + 0.5) * stretched.duration) / starts, 8 * bytes),
          );
          times.sort((a, b) => a - b);
          const found = latencyOverTrace(stretched, link, plan(bytes));
          const step = stretched.duration / starts;
          expect(Math.abs(found.mean - times.reduce((a, b) => a + b) / starts)).toBeLessThan(
            2 * step * all.length + 1e-9,
          );
          for (const [name, share] of [
            ['p50', 0.5],
            ['p95', 0.95],
            ['p99', 0.99],
          ] as const) {
            // A few starts either way: where the time jumps, a sample may lie on the other side.
            const at = (offset: number) =>
              times[Math.max(0, Math.min(starts - 1, Math.round(share * starts) + offset))];
            expect(found[name]).toBeGreaterThanOrEqual(at(-12) - 3 * step);
            expect(found[name]).toBeLessThanOrEqual(at(12) + 3 * step);
          }
        },
      ),
      { numRuns: 60, seed: 7 },
    );
  });
});
