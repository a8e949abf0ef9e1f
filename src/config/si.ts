import { parseQuantity, type Quantity } from '../util/units.js';

/** A valid quantity as written. */
export type Written = string | number;

/** Parses a valid quantity. @throws Error if the schema accepted an invalid one, which is a defect */
export function si(written: Written, quantity: Quantity): number {
  const parsed = parseQuantity(written, quantity);
  if ('problem' in parsed) throw new Error(`${parsed.problem}: the schema should have refused it`);
  return parsed.value;
}

/** Parses every defined value of a record. */
export const allSi = <T extends Record<string, Written | undefined>>(written: T, quantity: Quantity) =>
  Object.fromEntries(
    Object.entries(written).flatMap(([key, value]) => (value === undefined ? [] : [[key, si(value, quantity)]])),
  ) as Record<keyof T, number>;
