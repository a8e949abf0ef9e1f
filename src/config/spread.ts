import { type LocatedMap, valueAt } from './located.js';
import type { LinkPreset, Spread } from './preset.js';

/**
 * Scales the percentiles of a link with its medians: if the config changes `uplink`, `downlink` or `rtt` of a preset,
 * the percentiles that it does not state keep their ratio to the median.
 * @param link preset and config merged
 * @param base the preset alone
 * @param merged bare values that `link` was read from
 * @param own bare values of the config's section
 */
export function withMovedSpread(link: LinkPreset, base: LinkPreset, merged: LocatedMap, own: LocatedMap): LinkPreset {
  const moved = (['uplink', 'downlink', 'rtt'] as const).flatMap((key): [string, Spread][] => {
    const spread = link.distribution?.[key] ?? base.distribution?.[key];
    if (!spread) return [];
    // A downlink that is not stated equals the uplink.
    const isUplink =
      key === 'downlink' && !valueAt(merged, ['downlink']) && !valueAt(merged, ['distribution', 'downlink']);
    const end = (which: keyof Spread) =>
      valueAt(own, ['distribution', isUplink ? 'uplink' : key, which])
        ? spread[which]
        : (spread[which] * link[key]) / base[key];
    return [[key, { p5: end('p5'), p95: end('p95') }]];
  });
  return moved.length > 0 ? { ...link, distribution: Object.fromEntries(moved) } : link;
}
