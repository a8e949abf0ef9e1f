import { isFlag, type Located, type LocatedMap, toPlain, valueAt } from './located.js';
import type { SourcedNumber } from './preset.js';
import { nameOf } from './schema-problems.js';

/** Keys of a device that describe it in words. */
const WORDS = new Set([
  'name',
  'title',
  'description',
  'version',
  'confidence',
  'aliases',
  'kind',
  'dataflow',
  'model',
  'precision',
]);

/**
 * Where each number of a device comes from: the source that its preset names, or the config where that says otherwise.
 * @param stated numbers of the preset; none where the config describes the device by itself
 * @param own the section of the config as it is written, with sources or without
 */
export function sourcesOf(stated: readonly SourcedNumber[], own: LocatedMap, preset?: string): SourcedNumber[] {
  const overrides = new Map(numbersIn(own, []).map((number) => [number.path, number]));
  const used = stated.map((number): SourcedNumber => {
    const other = overrides.get(number.path);
    overrides.delete(number.path);
    if (other) return { ...other, source: `${other.source}; ${preset} states ${String(number.value)}` };
    return movesWith(number.path, own)
      ? { ...number, source: `${number.source}; moved in ratio with the median that the config sets` }
      : number;
  });
  return [...used, ...overrides.values()];
}

/** The spread of a link follows a median that the config changes; see spread.ts. */
function movesWith(path: string, own: LocatedMap): boolean {
  const [, quantity] = /^distribution\.(\w+)\./.exec(path) ?? [];
  return quantity !== undefined && valueAt(own, [quantity]) !== undefined;
}

function numbersIn(located: Located, at: readonly string[]): SourcedNumber[] {
  if (located.kind !== 'map')
    return [
      { path: nameOf(at), value: toPlain(located), source: isFlag(located) ? located.source.file : 'the config' },
    ];
  const [value, source] = ['value', 'source'].map((key) => valueAt(located, [key]));
  if (value && source)
    return [{ path: nameOf(at), value: toPlain(value), source: `the config: ${String(toPlain(source))}` }];
  return [...located.entries].flatMap(([key, entry]) =>
    at.length === 0 && WORDS.has(key) ? [] : numbersIn(entry.value, [...at, key]),
  );
}
