import type { Profile } from '../calibrate/profile.js';
import type { MeasuredRow } from '../config/preset.js';
import { keyOf, rowOf } from '../cost/measured-kinds.js';
import type { Spread } from './spread.js';
import type { Form } from './subject.js';

/** Timed layers of one model in one form. */
export interface TimedLayers {
  form: Form;
  profile: Profile;
  /** In the order of the layers. */
  layers: readonly Spread[];
}

/** Precision of a layer in a form of its model. */
export const precisionOf = (form: Form, isInteger: boolean): MeasuredRow['precision'] =>
  form === 'float' ? 'fp32' : isInteger ? 'int8' : 'mixed';

/**
 * Table rows, one per operator, shape and precision. Layers with equal keys share a row with their mean, so that the
 * rows of a model's layers sum to the time of the model.
 */
export function tableRows(timed: readonly TimedLayers[]): MeasuredRow[] {
  const alike = new Map<string, { row: Omit<MeasuredRow, 'seconds' | 'p10' | 'p90'>; times: Spread[] }>();
  for (const { form, profile, layers } of timed)
    for (const [index, { shape, integer }] of profile.layers.entries()) {
      const precision = precisionOf(form, integer);
      const { op, activation, ...rest } = rowOf(shape, precision);
      const row = { op, ...(activation !== undefined && { activation }), precision, ...rest };
      const key = keyOf(row, precision);
      const group = alike.get(key);
      if (group) group.times.push(layers[index]);
      else alike.set(key, { row, times: [layers[index]] });
    }
  return [...alike.values()]
    .map(({ row, times }): MeasuredRow => {
      const mean = (part: keyof Spread) => times.reduce((sum, time) => sum + time[part], 0) / times.length;
      return { ...row, seconds: mean('median'), p10: mean('p10'), p90: mean('p90') };
    })
    .sort(byKind);
}

function byKind(a: MeasuredRow, b: MeasuredRow): number {
  const words = (row: MeasuredRow) => `${row.op} ${row.activation ?? ''} ${row.precision}`;
  if (words(a) !== words(b)) return words(a) < words(b) ? -1 : 1;
  const numbers = (row: MeasuredRow) => [row.macs, ...row.elements, ...(row.gemm ?? []), ...(row.window ?? [])];
  const [left, right] = [numbers(a), numbers(b)];
  const at = left.findIndex((value, i) => value !== right[i]);
  return at < 0 ? 0 : left[at] - right[at];
}
