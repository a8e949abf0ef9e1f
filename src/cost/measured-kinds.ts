import type { LayerShape } from '../calibrate/profile.js';
import type { MeasuredRow } from '../config/preset.js';
import { FREE } from './free.js';

export type Precision = MeasuredRow['precision'];

/** A layer as the table knows it. */
export type LayerRow = Pick<MeasuredRow, 'op' | 'activation' | 'elements' | 'macs' | 'gemm' | 'window'>;

/**
 * How the shape of a layer is written in the table. On integer kernels a Clip is the range of what comes out, and costs
 * nothing.
 */
export function rowOf(shape: LayerShape, precision: Precision): LayerRow {
  const { op, activation, inputElements, outputElements, parameters, macs, gemm, conv, pool } = shape;
  const window = conv ?? pool;
  return {
    op,
    ...(activation !== undefined && !(activation === 'Clip' && precision === 'int8') && { activation }),
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

/** Groups of rows that a layer belongs to, from the nearest of kind to all there are. */
export function levelsOf(row: LayerRow): [sort: string, op: string, family: string, any: string] {
  const { op, macs } = row;
  // Those that multiply matrices, and those that only move and change elements.
  return [`${op}/${sortOf(row)}`, op, macs > 0 ? '*products' : '*moves', '*'];
}

/** Channels up to which the first convolution of a model is one of its own: the window is all there is to sum up. */
const THIN = 4;

/** Convolutions differ by what their window makes of them. */
function sortOf({ op, gemm, window }: LayerRow): string {
  if (op !== 'Conv' || !gemm || !window) return '';
  const area = window[0] * window[1];
  return gemm[3] > 1 ? 'grouped' : area === 1 ? 'point' : gemm[2] / area <= THIN ? 'thin' : 'window';
}

/** Lanes of the widest vectors that kernels are written for. */
const LANES = 16;

/** Whether channels do not fill vectors: what is left of them is computed one by one, or all in slower kernels. */
export function isRagged({ op, gemm, window }: LayerRow): boolean {
  if (!gemm || !window) return false;
  const [, filters, k, count] = gemm;
  const channels = k / (window[0] * window[1]);
  return op === 'DepthwiseConv' ? count % LANES > 0 : filters % LANES > 0 || (channels > THIN && channels % LANES > 0);
}

/** Precisions that stand in, in this order, where one has no rows of an operator. */
const STAND_INS: Record<Precision, readonly Precision[]> = {
  int8: ['mixed', 'fp32'],
  mixed: ['fp32', 'int8'],
  fp32: ['mixed', 'int8'],
};

/**
 * Own operator before that in other precisions, and that before other operators, which say nothing of one that moves
 * nothing.
 */
export function groupsFor(row: LayerRow, precision: Precision): [precision: Precision, level: string][] {
  const levels = levelsOf(row);
  const [near, far] = [levels.slice(0, 2), levels.slice(2)];
  const ranges = FREE.has(row.op) ? [near] : [near, far];
  return ranges.flatMap((some) =>
    [precision, ...STAND_INS[precision]].flatMap((each) => some.map((level): [Precision, string] => [each, level])),
  );
}
