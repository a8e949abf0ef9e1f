import { canonicalJson, sha256 } from '../util/content.js';
import { parseQuantity, QUANTITIES } from '../util/units.js';
import { type LocatedMap, toPlain } from './located.js';
import { without } from './merge.js';

/** Keys of a preset that do not affect plans. */
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
 * Hex SHA-256 of a preset's numbers in SI units and of its kind, dataflow, model and precision. It does not depend on
 * how a number is written, on sources or on titles.
 * @param located bare values of a valid preset file
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

/** Converts a quantity to SI units. Units are unique, so the first quantity that parses the text is the right one. */
function inSi(text: string): number | string {
  for (const quantity of QUANTITIES) {
    const parsed = parseQuantity(text, quantity);
    if ('value' in parsed) return parsed.value;
  }
  return text;
}
