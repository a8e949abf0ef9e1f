import type { LinkPreset, Spread } from '../config/preset.js';

/** Significant digits that are kept: processors differ in the last ones of a power, and plans must not. */
const DIGITS = 12;

/**
 * The link on the day that `percentile` % of all days are no worse than: rates at their (100 - percentile)th
 * percentile, the round trip at its percentile-th. Between 5, 50 and 95 a straight line over the logarithm, as rates
 * and delays are spread about evenly by factors; beyond, the outermost value. What has no distribution stays at its
 * median.
 */
export function linkAt({
  preset,
  percentile,
}: {
  preset: LinkPreset;
  percentile: number;
}): Omit<LinkPreset, 'distribution'> {
  const { distribution = {}, ...link } = preset;
  return {
    ...link,
    uplink: quantile(100 - percentile, link.uplink, distribution.uplink),
    downlink: quantile(100 - percentile, link.downlink, distribution.downlink),
    rtt: quantile(percentile, link.rtt, distribution.rtt),
  };
}

function quantile(percentile: number, median: number, spread: Spread | undefined): number {
  if (!spread || percentile === 50) return median;
  if (percentile <= 5) return spread.p5;
  if (percentile >= 95) return spread.p95;
  const [from, to, share] =
    percentile < 50 ? [spread.p5, median, (percentile - 5) / 45] : [median, spread.p95, (percentile - 50) / 45];
  return Number((from * (to / from) ** share).toPrecision(DIGITS));
}
