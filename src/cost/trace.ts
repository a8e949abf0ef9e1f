import type { RateTrace } from '../config/trace.js';
import type { Link } from './device.js';
import { bytesOnAir, transferLink, usableRate } from './link.js';
import { type Piece, sendingPieces } from './sending.js';

/** Seconds of inferences that start at any moment of a trace, all moments alike. */
export interface TracedLatency {
  mean: number;
  p50: number;
  p95: number;
  p99: number;
}

/** What of a plan a trace needs to know. */
export interface TracedPlan {
  latency: { edge: number; cloud: number };
  uplinkBytes: number;
  downlinkBytes: number;
  /** False where nothing travels. */
  travels: boolean;
}

/**
 * The latency of a plan over a recorded uplink. All that is sent up goes at the rate of the trace while it lasts, from
 * one line to the next and from the last to the first; round trip, answer and waits are those of the link. Exact, not
 * sampled.
 */
export function latencyOverTrace(trace: RateTrace, link: Link, plan: TracedPlan): TracedLatency {
  const { latency, uplinkBytes, downlinkBytes, travels } = plan;
  const { secondsPerByteDown } = transferLink(link);
  const waiting =
    link.rtt + (link.connectionInterval ?? 0) + (downlinkBytes + link.messageOverhead) * secondsPerByteDown;
  const fixed = latency.edge + latency.cloud + (travels ? waiting : 0);
  const bits = travels ? 8 * (uplinkBytes + link.messageOverhead) * bytesOnAir(link) : 0;
  if (bits === 0) return { mean: fixed, p50: fixed, p95: fixed, p99: fixed };
  const pieces = sendingPieces({ ...trace, rates: trace.bitsPerSecond.map((rate) => usableRate(link, rate)) }, bits);
  const at = (share: number) => fixed + quantile(pieces, share * trace.duration);
  const sum = pieces.reduce((total, { weight, low, high }) => total + (weight * (low + high)) / 2, 0);
  return { mean: fixed + sum / trace.duration, p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

/** Halvings of a range until nothing is left of it at double precision. */
const HALVINGS = 64;

/** The least value that `wanted` seconds of starts do not exceed. */
function quantile(pieces: readonly Piece[], wanted: number): number {
  const within = (value: number) =>
    pieces.reduce((sum, { weight, low, high }) => {
      if (value >= high) return sum + weight;
      return value <= low ? sum : sum + (weight * (value - low)) / (high - low);
    }, 0);
  let [below, above] = [Infinity, -Infinity];
  for (const { low, high } of pieces) [below, above] = [Math.min(below, low), Math.max(above, high)];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (below + above) / 2;
    if (within(middle) >= wanted) above = middle;
    else below = middle;
  }
  return above;
}
