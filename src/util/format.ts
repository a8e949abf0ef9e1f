/** Seconds with a unit that reads well: 0.0123 -> `12.3 ms`. */
export function seconds(value: number): string {
  if (value === 0) return '0 s';
  const [factor, unit] =
    value >= 1 ? [1, 's'] : value >= 1e-3 ? [1e3, 'ms'] : value >= 1e-6 ? [1e6, 'µs'] : [1e9, 'ns'];
  return `${significant(value * factor)} ${unit}`;
}

/** Joules with a unit that reads well: 0.0123 -> `12.3 mJ`. */
export function joules(value: number): string {
  if (value === 0) return '0 J';
  const [factor, unit] =
    value >= 1 ? [1, 'J'] : value >= 1e-3 ? [1e3, 'mJ'] : value >= 1e-6 ? [1e6, 'µJ'] : [1e9, 'nJ'];
  return `${significant(value * factor)} ${unit}`;
}

/** US dollars with three significant digits. */
export const dollars = (value: number): string => `${Number(value.toPrecision(3))} USD`;

/** Bytes with an SI prefix: 12345 -> `12.3 kB`, 239 -> `239 B`. */
export function bytes(value: number): string {
  if (value < 1e3) return `${Math.round(value)} B`;
  const [factor, unit] = value >= 1e9 ? [1e-9, 'GB'] : value >= 1e6 ? [1e-6, 'MB'] : [1e-3, 'kB'];
  return `${significant(value * factor)} ${unit}`;
}

/** A fraction in percent. */
export const percent = (value: number): string => `${Number((100 * value).toFixed(2))} %`;

/** A factor: `1.08x`. */
export const times = (value: number): string => (value >= 1000 ? 'over 1000x' : `${significant(value)}x`);

/** A bare number with three significant digits. */
export const number = (value: number): string => String(Number(value.toPrecision(3)));

/** A value and the limit that it exceeds, with as many digits as needed to differ: `12.3 kB`, `11.0 kB`. */
export function besideLimit(
  value: number,
  limit: number,
  show: (value: number) => string,
  unit = '',
): [value: string, limit: string] {
  const short: [string, string] = [show(value), show(limit)];
  return short[0] === short[1] ? [`${value}${unit}`, `${limit}${unit}`] : short;
}

const significant = (value: number) =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
