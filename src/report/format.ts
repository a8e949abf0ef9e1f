/** Seconds with a unit that reads well: 0.0123 -> `12.3 ms`. */
export function seconds(value: number): string {
  const [factor, unit] = value >= 1 ? [1, 's'] : value >= 1e-3 ? [1e3, 'ms'] : [1e6, 'µs'];
  return `${significant(value * factor)} ${unit}`;
}

/** Bytes with an SI prefix: 12345 -> `12.3 kB`. */
export function bytes(value: number): string {
  const [factor, unit] = value >= 1e9 ? [1e-9, 'GB'] : value >= 1e6 ? [1e-6, 'MB'] : value >= 1e3 ? [1e-3, 'kB'] : [1, 'B'];
  return `${significant(value * factor)} ${unit}`;
}

/** A fraction in percent. */
export const percent = (value: number): string => `${(100 * value).toFixed(2)} %`;

const significant = (value: number) => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2));

/** Rows as aligned columns; the first column to the left, the others as `right` says. */
export function table(rows: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column].length))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) => (right.includes(column) ? cell.padStart(widths[column]) : cell.padEnd(widths[column])))
      .join('  ')
      .trimEnd(),
  );
}
