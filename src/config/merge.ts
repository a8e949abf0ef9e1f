import type { Entry, Located, LocatedMap } from './located.js';

/** Kinds of samples. A section has one of them, so another one replaces it. */
const SAMPLE_KINDS = ['images', 'inputs', 'audio'];

/** Deep merge: maps are joined, other values replaced by `over`. The arguments are not changed. */
export function merge(base: Located, over: Located): Located {
  return base.kind === 'map' && over.kind === 'map' ? mergeMaps(base, over) : over;
}

export function mergeMaps(base: LocatedMap, over: LocatedMap): LocatedMap {
  const entries = new Map<string, Entry>(base.entries);
  if (SAMPLE_KINDS.some((kind) => over.entries.get(kind)?.value.kind === 'scalar')) {
    for (const kind of SAMPLE_KINDS) entries.delete(kind);
    // `preprocess` applies to images only.
    if (!over.entries.has('images')) entries.delete('preprocess');
  }
  for (const [key, entry] of over.entries) {
    const below = entries.get(key);
    entries.set(key, below ? { ...entry, value: merge(below.value, entry.value) } : entry);
  }
  return { ...over, entries };
}

/** A copy without some keys. */
export function without(map: LocatedMap, ...keys: string[]): LocatedMap {
  return { ...map, entries: new Map([...map.entries].filter(([key]) => !keys.includes(key))) };
}
