import { parseQuantity, type Quantity } from '../util/units.js';

/** A quantity that has been validated. */
export type Written = string | number;

/** Reads a quantity that the schema has let through. */
export function si(written: Written, quantity: Quantity): number {
  const parsed = parseQuantity(written, quantity);
  if ('problem' in parsed) throw new Error(`${parsed.problem}: the schema should have refused it`);
  return parsed.value;
}

/** The same of every value that is given. */
export const allSi = <T extends Record<string, Written | undefined>>(written: T, quantity: Quantity) =>
  Object.fromEntries(
    Object.entries(written).flatMap(([key, value]) => (value === undefined ? [] : [[key, si(value, quantity)]])),
  ) as Record<keyof T, number>;
