import { type LocatedMap, valueAt } from './located.js';
import type { LinkPreset, Spread } from './preset.js';

/**
 * A link whose spread moves with its medians: where the config changes `uplink`, `downlink` or `rtt` of a preset, the
 * percentiles that the config does not state itself keep their ratio to the median.
 * @param link preset and config merged
 * @param base the preset alone
 * @param merged, own what `link` was read from, and what the config says of it; bare values
 */
export function withMovedSpread(link: LinkPreset, base: LinkPreset, merged: LocatedMap, own: LocatedMap): LinkPreset {
  const moved = (['uplink', 'downlink', 'rtt'] as const).flatMap((key): [string, Spread][] => {
    const spread = link.distribution?.[key] ?? base.distribution?.[key];
    if (!spread) return [];
    // A downlink that is stated nowhere is the uplink.
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
