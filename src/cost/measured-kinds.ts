import type { LayerShape } from '../calibrate/profile.js';
import type { MeasuredRow } from '../config/preset.js';
import { kindOf, timingOf } from '../ops/index.js';

export type Precision = MeasuredRow['precision'];

/** A layer as the table knows it. */
export type LayerRow = Pick<MeasuredRow, 'op' | 'activation' | 'elements' | 'macs' | 'gemm' | 'window'>;

/** How the shape of a layer is written in the table, with the activation where its time depends on it. */
export function rowOf(shape: LayerShape, precision: Precision): LayerRow {
  const { op, activation, inputElements, outputElements, parameters, macs, gemm, conv, pool } = shape;
  const window = conv ?? pool;
  return {
    op,
    ...(activation !== undefined && !(timingOf(activation) === 'in float' && precision === 'int8') && { activation }),
    elements: [inputElements, outputElements, parameters],
    macs,
    ...(gemm && { gemm: [gemm.m, gemm.n, gemm.k, gemm.count] satisfies MeasuredRow['gemm'] }),
    ...(window && {
      window: [
        window.kernelHeight,
        window.kernelWidth,
        window.strideHeight,
        window.strideWidth,
      ] satisfies MeasuredRow['window'],
    }),
  };
}

/** What two rows must share to be of the same layer. */
export const keyOf = ({ op, activation, elements, macs, gemm, window }: LayerRow, precision: Precision): string =>
  JSON.stringify([precision, op, activation ?? null, elements, macs, gemm ?? null, window ?? null]);

/** Groups of rows that a layer belongs to, from the most similar to all rows. */
export function levelsOf(row: LayerRow): [sort: string, op: string, family: string, any: string] {
  const { op, macs } = row;
  // Those that multiply matrices, and those that only move and change elements.
  return [`${op}/${kindOf(op).sortOf?.(row) ?? ''}`, op, macs > 0 ? '*products' : '*moves', '*'];
}

/** Whether channels do not fill vectors. */
export const isRagged = (row: LayerRow): boolean => kindOf(row.op).isRagged?.(row) ?? false;

/** Precisions to look in, in this order, where one has no rows of an operator. */
const STAND_INS: Record<Precision, readonly Precision[]> = {
  int8: ['mixed', 'fp32'],
  mixed: ['fp32', 'int8'],
  fp32: ['mixed', 'int8'],
};

/**
 * Groups to look a layer up in, in this order: its own operator, its own operator in other precisions, other operators.
 * Other operators say nothing of a free one.
 */
export function groupsFor(row: LayerRow, precision: Precision): [precision: Precision, level: string][] {
  const levels = levelsOf(row);
  const [near, far] = [levels.slice(0, 2), levels.slice(2)];
  const ranges = kindOf(row.op).isFree ? [near] : [near, far];
  return ranges.flatMap((some) =>
    [precision, ...STAND_INS[precision]].flatMap((each) => some.map((level): [Precision, string] => [each, level])),
  );
}
