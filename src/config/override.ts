import type { AutosplitError } from '../util/error.js';
import type { LocatedMap } from './located.js';
import { mergeMaps, without } from './merge.js';
import { problemAt } from './problem.js';

/** What a config says of how a device or a link is used. It holds for another one as well. */
const KEPT: Readonly<Record<string, readonly string[]>> = {
  edge: ['target', 'bits'],
  network: ['percentile'],
  cloud: ['target'],
};

/** Keys of a file, which have done their work before anything is overridden. */
const OF_THE_FILE = ['$schema', 'extends', 'builds'];

/**
 * A config with overrides merged in. A preset among them replaces the device or link of the config, and all numbers
 * that go with it.
 */
export function override(base: LocatedMap, over: LocatedMap): LocatedMap {
  const entries = new Map(base.entries);
  for (const [kind, kept] of Object.entries(KEPT)) {
    const [below, above] = [base.entries.get(kind), over.entries.get(kind)?.value];
    if (below?.value.kind !== 'map' || above?.kind !== 'map' || !above.entries.has('preset')) continue;
    const dropped = [...below.value.entries.keys()].filter((key) => !kept.includes(key));
    entries.set(kind, { ...below, value: without(below.value, ...dropped) });
  }
  // Whatever is missing is missing in the file.
  return { ...base, entries: mergeMaps({ ...base, entries }, over).entries };
}

/** Overrides that would do nothing. */
export const idleOverrides = (over: LocatedMap): AutosplitError[] =>
  OF_THE_FILE.flatMap((key) => {
    const entry = over.entries.get(key);
    return entry ? [problemAt(entry.key, `\`${key}\` cannot be overridden`, { hint: 'it belongs in the file' })] : [];
  });
