import { isFlag, type Located, type LocatedMap, toPlain, valueAt } from './located.js';
import type { SourcedNumber } from './preset.js';
import { nameOf } from './schema-problems.js';

/** Keys of a device that are not numbers. */
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
 * The source of each number of a device: that of the preset, or the config if it overrides the number.
 * @param stated numbers of the preset; empty without a preset
 * @param own the section of the config as written, with or without sources
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

/** Whether a percentile of a link scales with a median that the config sets; see spread.ts. */
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
