import { deserialize, serialize } from 'node:v8';
import type { Cache } from '../src/util/cache.js';
import { canonicalJson } from '../src/util/content.js';

/** A cache in memory that counts what it had to compute: values by kind, of those that are kept by name each one. */
export interface CountingCache extends Cache {
  /** What was computed since it was last asked. */
  computed(): Record<string, number>;
  /** Names that were computed since then, with their kind. */
  names(): string[];
}

export function countingCache(): CountingCache {
  const entries = new Map<string, Buffer>();
  let counts: Record<string, number> = {};
  let names: string[] = [];
  // As a file would give it back.
  const kept = <T>(place: string): T | undefined => {
    const bytes = entries.get(place);
    return bytes && deserialize(bytes);
  };
  const keep = (place: string, value: unknown) => entries.set(place, serialize(value));
  const count = (kind: string, by: number) => {
    counts[kind] = (counts[kind] ?? 0) + by;
  };
  return {
    async find<T>(kind: string, key: unknown) {
      return kept<T>(canonicalJson({ kind, key }));
    },
    async remember<T>(kind: string, key: unknown, compute: () => Promise<T>) {
      const place = canonicalJson({ kind, key });
      if (key === undefined || !entries.has(place)) {
        count(kind, 1);
        keep(place, await compute());
      }
      return kept(place) as T;
    },
    async rememberEach<T>(
      kind: string,
      key: unknown,
      wanted: readonly string[],
      compute: (missing: readonly string[]) => Promise<ReadonlyMap<string, T>>,
    ) {
      const place = canonicalJson({ kind, key });
      const known = kept<Map<string, T>>(place) ?? new Map<string, T>();
      const missing = wanted.filter((name) => !known.has(name));
      if (missing.length > 0) {
        count(kind, missing.length);
        names.push(...missing.map((name) => `${kind} ${name}`));
        keep(place, new Map([...known, ...(await compute(missing))]));
      }
      const all = kept<Map<string, T>>(place) ?? new Map<string, T>();
      return new Map(wanted.flatMap((name) => (all.has(name) ? [[name, all.get(name) as T] as const] : [])));
    },
    computed() {
      const since = counts;
      counts = {};
      return since;
    },
    names() {
      const since = names;
      names = [];
      return since;
    },
  };
}
