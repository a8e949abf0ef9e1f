/** A map with a limit on its size in bytes; the least recently used values are dropped first. */
export interface BoundedMap<V> {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
}

export function boundedMap<V>(limitBytes: number, bytesOf: (value: V) => number): BoundedMap<V> {
  const values = new Map<string, V>();
  let total = 0;
  const remove = (key: string) => {
    const value = values.get(key);
    if (value !== undefined) total -= bytesOf(value);
    values.delete(key);
    return value;
  };
  const set = (key: string, value: V) => {
    remove(key);
    const bytes = bytesOf(value);
    if (bytes > limitBytes) return;
    values.set(key, value);
    total += bytes;
    for (const [oldest] of values) {
      if (total <= limitBytes) break;
      remove(oldest);
    }
  };
  return {
    get(key) {
      const value = remove(key);
      // Keep the value that was set last.
      if (value !== undefined) set(key, value);
      return value;
    },
    set,
  };
}
