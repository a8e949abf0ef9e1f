import type { Alternative } from '../documents/plan.js';
import { bytes } from '../util/format.js';

/** Rows as aligned columns, left-aligned except for the columns in `right`. */
export function table(rows: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column].length))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) => (right.includes(column) ? cell.padStart(widths[column]) : cell.padEnd(widths[column])))
      .join('  ')
      .trimEnd(),
  );
}

/** Bits per second with three digits: 1234567 -> `1.23 Mbps`. */
export function rate(bitsPerSecond: number): string {
  const rounded = Number(bitsPerSecond.toPrecision(3));
  const [factor, unit] = rounded >= 1e9 ? [1e9, 'Gbps'] : rounded >= 1e6 ? [1e6, 'Mbps'] : [1e3, 'kbps'];
  return `${Number((rounded / factor).toPrecision(3))} ${unit}`;
}

export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** A cut in words, with at most two names of crossing tensors. */
export function cutInWords(decision: 'split' | 'edge-only' | 'cloud-only', tensors: readonly string[]): string {
  if (decision === 'edge-only') return 'all on the edge';
  if (decision === 'cloud-only') return 'all in the cloud';
  return tensors.length <= 2 ? `after ${tensors.join(' and ')}` : `after ${tensors[0]} and ${tensors.length - 1} more`;
}

/** Total bytes of the crossing tensors, with their bits and encodings. Empty if nothing crosses. */
export function sends({ cut }: Pick<Alternative, 'cut'>): string {
  if (cut.length === 0) return '';
  const ways = [...new Set(cut.map(({ bits, encoding }) => `${bits} bits ${encoding}`))];
  return `${bytes(cut.reduce((sum, tensor) => sum + tensor.bytes, 0))}, ${ways.join(' and ')}`;
}

/**
 * A table without the columns that are empty below the first row.
 */
export function dense(rows: readonly (readonly string[])[], right: readonly number[]): string[] {
  const [, ...body] = rows;
  const kept = (rows[0] ?? []).map((_, column) => column).filter((column) => body.some((row) => row[column] !== ''));
  return table(
    rows.map((row) => kept.map((column) => row[column])),
    kept.flatMap((column, index) => (right.includes(column) ? [index] : [])),
  );
}
