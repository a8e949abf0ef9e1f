import type { AutosplitError } from '../util/error.js';
import type { Section } from './device.js';
import { existing } from './existing.js';
import { type LatencyTable, readLatencyTable } from './latency-table.js';
import { type LocatedMap, toPlain, valueAt } from './located.js';
import type { LinkPreset } from './preset.js';
import { collect, problemAt } from './problem.js';
import { type RateTrace, readTrace } from './trace.js';

/** Contents of the measurement files that a config names. */
export interface Measurements {
  edge?: LatencyTable;
  cloud?: LatencyTable;
  trace?: RateTrace;
}

export async function resolveMeasurements(merged: LocatedMap, problems: AutosplitError[]): Promise<Measurements> {
  const readAt = async <T>(at: readonly string[], read: (file: string) => T): Promise<T | undefined> => {
    const file = await existing(merged, at, 'CONFIG_INVALID', problems);
    return file === undefined ? undefined : collect(problems, () => read(file));
  };
  return {
    edge: await readAt(['edge', 'latency'], (file) => readLatencyTable('edge', file)),
    cloud: await readAt(['cloud', 'latency'], (file) => readLatencyTable('cloud', file)),
    trace: await readAt(['network', 'trace'], readTrace),
  };
}

/**
 * The percentile to plan for. One other than 50 is a problem if the link states no distribution.
 */
export function resolvePercentile(
  { section, key }: Section,
  { name, distribution }: LinkPreset,
  problems: AutosplitError[],
): number {
  const located = valueAt(section, ['percentile']);
  if (!located) return 50;
  const percentile = Number(toPlain(located));
  if (percentile !== 50 && !distribution)
    problems.push(
      problemAt(located, `the link ${name} states no distribution to take a percentile of`, {
        hint: `set \`${key}.distribution\`, with p5 and p95 of uplink, downlink or rtt`,
      }),
    );
  return percentile;
}
