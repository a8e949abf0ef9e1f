import { canonicalJson, sha256 } from '../util/content.js';
import { parseQuantity, QUANTITIES } from '../util/units.js';
import { type LocatedMap, toPlain } from './located.js';
import { without } from './merge.js';

/** Keys of a preset that may change without moving a plan. */
export const PRESET_PROSE: readonly string[] = [
  'name',
  'aliases',
  'title',
  'version',
  'confidence',
  'description',
  'machine',
  'needs',
];

/**
 * Hex SHA-256 of what a preset states: its numbers in SI units, by path, and its kind, dataflow, model and precision.
 * Another way to write the same number, another source and another title change nothing.
 * @param located bare values of a preset file that has been validated
 */
export function presetDigest(located: LocatedMap): string {
  return sha256(new TextEncoder().encode(canonicalJson(canonical(toPlain(without(located, ...PRESET_PROSE))))));
}

function canonical(value: unknown): unknown {
  if (typeof value === 'string') return inSi(value);
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, canonical(inner)]));
}

/** No unit belongs to two quantities, so that the first that reads the text is meant. */
function inSi(text: string): number | string {
  for (const quantity of QUANTITIES) {
    const parsed = parseQuantity(text, quantity);
    if ('value' in parsed) return parsed.value;
  }
  return text;
}
