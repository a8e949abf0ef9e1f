import type * as Plot from '@observablehq/plot';
import { number } from '../../util/format.js';
import type { Canvas } from './chart.js';

/** A horizontal axis of an amount, labelled as `latency (ms)`. */
export const amountAxis = (label: string, { isNarrow }: Canvas): Plot.ScaleOptions => ({
  label,
  labelArrow: 'none',
  labelAnchor: 'center',
  grid: true,
  ticks: isNarrow ? 4 : 8,
});

/** Height of a row of a bar chart, in pixels. */
export const ROW_HEIGHT = 19;

/** The vertical axis of a bar chart: rows by index. Their names are drawn as texts. */
export const rowAxis = (rows: readonly unknown[]): Plot.ScaleOptions => ({
  domain: rows.map((_, i) => i),
  axis: null,
  padding: 0,
});

/** Axes of amounts without a unit use a power of ten below this maximum. */
const MIN_PLAIN = 0.01;

/** The power of ten in which an axis of amounts without a unit is labelled, for short ticks. */
export function powerUnit(most: number): { factor: number; name: string } {
  const exponent = Math.floor(Math.log10(most));
  if (!Number.isFinite(exponent) || most >= MIN_PLAIN) return { factor: 1, name: 'no unit' };
  return { factor: 10 ** exponent, name: `in ${negativePower(-exponent)}, no unit` };
}

const negativePower = (exponent: number) =>
  `10⁻${[...String(exponent)].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]).join('')}`;

/** A tick of an axis over many decades: `0.02`, `5 × 10⁻⁵`. */
export function decadeTick(value: number): string {
  if (value >= 1e-3) return number(value);
  const exponent = Math.ceil(-Math.log10(value) - 1e-9);
  const digit = Math.round(value * 10 ** exponent);
  return digit === 1 ? negativePower(exponent) : `${digit} × ${negativePower(exponent)}`;
}

/** Spans narrower than this share of their middle are widened. */
const NARROWEST = 0.05;

/** The span of positive values, widened if they are almost equal: ticks then need few digits. */
export function spanOf(values: readonly number[]): [number, number] {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const middle = (least + most) / 2;
  return most - least >= NARROWEST * middle && most > least ? [least, most] : [0.9 * middle, 1.1 * middle];
}

/**
 * Positions on an axis at which marks do not overlap: overlapping ones are spread around their mean, in order.
 * @param values in ascending order
 * @param gap between neighbours, in units of the axis
 */
export function sideBySide(values: readonly number[], gap: number): number[] {
  let groups = values.map((value) => ({ middle: value, count: 1 }));
  for (;;) {
    // Merge neighbouring groups that overlap, until none do.
    const at = groups.findIndex(
      ({ middle, count }, i) => i > 0 && middle - groups[i - 1].middle < (gap * (count + groups[i - 1].count)) / 2,
    );
    if (at < 0) break;
    const [a, b] = [groups[at - 1], groups[at]];
    const count = a.count + b.count;
    const middle = (a.middle * a.count + b.middle * b.count) / count;
    groups = [...groups.slice(0, at - 1), { middle, count }, ...groups.slice(at + 1)];
  }
  return groups.flatMap(({ middle, count }) =>
    Array.from({ length: count }, (_, i) => middle + gap * (i - (count - 1) / 2)),
  );
}
