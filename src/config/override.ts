import type { AutosplitError } from '../util/error.js';
import type { LocatedMap } from './located.js';
import { mergeMaps, without } from './merge.js';
import { problemAt } from './problem.js';

/** Keys that describe the use of a device or link. They stay if another one takes its place. */
const KEPT: Readonly<Record<string, readonly string[]>> = {
  edge: ['target', 'bits'],
  network: ['percentile'],
  cloud: ['target'],
};

/** Keys that only a file can have: they take effect before overrides. */
const OF_THE_FILE = ['$schema', 'extends', 'builds'];

/**
 * A config with overrides merged in. An overriding preset replaces the device or link of the config, including its
 * numbers.
 */
export function override(base: LocatedMap, over: LocatedMap): LocatedMap {
  const entries = new Map(base.entries);
  for (const [kind, kept] of Object.entries(KEPT)) {
    const [below, above] = [base.entries.get(kind), over.entries.get(kind)?.value];
    if (below?.value.kind !== 'map' || above?.kind !== 'map' || !above.entries.has('preset')) continue;
    const dropped = [...below.value.entries.keys()].filter((key) => !kept.includes(key));
    entries.set(kind, { ...below, value: without(below.value, ...dropped) });
  }
  // Keep the file as the source, so that missing keys are reported there.
  return { ...base, entries: mergeMaps({ ...base, entries }, over).entries };
}

/** Problems for overrides without effect. */
export const idleOverrides = (over: LocatedMap): AutosplitError[] =>
  OF_THE_FILE.flatMap((key) => {
    const entry = over.entries.get(key);
    return entry ? [problemAt(entry.key, `\`${key}\` cannot be overridden`, { hint: 'it belongs in the file' })] : [];
  });
