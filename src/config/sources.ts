import { type Located, type LocatedMap, toPlain, valueAt } from './located.js';
import type { SourcedNumber } from './preset.js';
import { nameOf } from './schema-problems.js';

/** Keys of a device that describe it in words. */
const WORDS = new Set(['name', 'title', 'description', 'version', 'confidence', 'aliases', 'kind', 'dataflow', 'model', 'precision']);

/**
 * Where each number of a device comes from: the source that its preset names, or the config where that says otherwise.
 * @param stated numbers of the preset; none where the config describes the device by itself
 * @param own bare values of the section of the config
 */
export function sourcesOf(stated: readonly SourcedNumber[], own: LocatedMap, preset?: string): SourcedNumber[] {
  const overrides = new Map(leaves(own, []).map(({ path, value }) => [path, { value }]));
  const used = stated.map(({ path, value, source }): SourcedNumber => {
    const other = overrides.get(path);
    overrides.delete(path);
    if (other) return { path, value: other.value, source: `the config; ${preset} states ${String(value)}` };
    return { path, value, source: movesWith(path, own) ? `${source}; moved in ratio with the median that the config sets` : source };
  });
  return [...used, ...[...overrides].map(([path, { value }]) => ({ path, value, source: 'the config' }))];
}

/** The spread of a link follows a median that the config changes; see spread.ts. */
function movesWith(path: string, own: LocatedMap): boolean {
  const [, quantity] = /^distribution\.(\w+)\./.exec(path) ?? [];
  return quantity !== undefined && valueAt(own, [quantity]) !== undefined;
}

function leaves(located: Located, at: readonly string[]): { path: string; value: unknown }[] {
  if (located.kind === 'map')
    return [...located.entries].flatMap(([key, entry]) => (at.length === 0 && WORDS.has(key) ? [] : leaves(entry.value, [...at, key])));
  return [{ path: nameOf(at), value: toPlain(located) }];
}
