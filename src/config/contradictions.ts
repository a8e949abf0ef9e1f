import type { AutosplitError } from '../util/error.js';
import { type Located, type LocatedMap, valueAt } from './located.js';
import type { EdgePreset, LinkPreset, ResolvedDevice } from './preset.js';
import { problemAt } from './problem.js';

/** Contradictions between fields, which a schema cannot express. Each is reported at a value of the config if one is
 * involved, else at the preset's. */
export function contradictions(preset: ResolvedDevice[keyof ResolvedDevice], located: LocatedMap): AutosplitError[] {
  return 'uplink' in preset ? ofLink(preset, located) : 'power' in preset ? ofPower(preset, located) : [];
}

function ofLink(preset: LinkPreset, located: LocatedMap): AutosplitError[] {
  const { mtu, packetOverhead = 0, distribution = {} } = preset;
  const found: AutosplitError[] = [];
  if (mtu !== undefined && packetOverhead >= mtu) {
    const at = place(located, ['packetOverhead'], ['mtu']);
    found.push(problemAt(at, 'the headers of a packet leave no room in it: `packetOverhead` must be less than `mtu`'));
  }
  for (const key of ['uplink', 'downlink', 'rtt'] as const) {
    const spread = distribution[key];
    const wrong = spread && (spread.p5 > preset[key] ? 'p5' : preset[key] > spread.p95 ? 'p95' : undefined);
    // A downlink that is not stated repeats the uplink: report it once.
    if (!wrong || !valueAt(located, ['distribution', key])) continue;
    const at = place(located, ['distribution', key, wrong], [key]);
    found.push(
      problemAt(at, `\`distribution.${key}\` does not lie around \`${key}\`, which is its median`, {
        hint: 'p5 <= median <= p95 must hold',
      }),
    );
  }
  return found;
}

function ofPower({ power }: Pick<EdgePreset, 'power'>, located: LocatedMap): AutosplitError[] {
  if (!power || power.active >= power.idle) return [];
  return [
    problemAt(place(located, ['power', 'active'], ['power', 'idle']), '`power.active` is less than `power.idle`'),
  ];
}

/** The first of these values that the config states, else the first that exists. */
function place(located: LocatedMap, ...paths: string[][]): Located {
  const places = paths.flatMap((path) => valueAt(located, path) ?? []);
  return places.find(({ source }) => source.invalid === 'CONFIG_INVALID') ?? places[0] ?? located;
}
