import { type Columns, rowMeans } from './columns.js';
import type { Gram } from './gram.js';
import type { Moments } from './round-weights.js';

/** Sums over columns of what a layer reads, x in the float model and y in the quantized one, in steps of codes. */
export interface Statistics {
  count: number;
  groups: number;
  size: number;
  /** Means by row, all groups one after the other. */
  x: Float64Array;
  y: Float64Array;
  /** Sums of y y^T and x y^T by group; whole numbers. Empty where only means are asked for. */
  yy: Float64Array;
  xy: Float64Array;
}

/** @param gram absent where means are all that is wanted */
export async function gather(x: Columns, y: Columns, zeroPoint: number, gram: Gram | undefined): Promise<Statistics> {
  const yy = Float64Array.from(gram ? await gram.products(y, y, zeroPoint) : []);
  const isSame = x.codes.every((code, i) => code === y.codes[i]);
  const xy = isSame || !gram ? yy : Float64Array.from(await gram.products(x, y, zeroPoint));
  const { count, groups, size } = y;
  return { count, groups, size, x: rowMeans(x, zeroPoint), y: rowMeans(y, zeroPoint), yy, xy };
}

/** Statistics of two sets of columns together. */
export function joined(a: Statistics, b: Statistics): Statistics {
  const count = a.count + b.count;
  const mean = (of: Float64Array, and: Float64Array) =>
    of.map((value, i) => (value * a.count + and[i] * b.count) / count);
  const sum = (of: Float64Array, and: Float64Array) => of.map((value, i) => value + and[i]);
  return { ...a, count, x: mean(a.x, b.x), y: mean(a.y, b.y), yy: sum(a.yy, b.yy), xy: sum(a.xy, b.xy) };
}

/** Second moments of one group, around the means where a bias corrects the mean of the output. */
export function momentsOf({ count, size, x, y, yy, xy }: Statistics, group: number, isCentred: boolean): Moments {
  const from = group * size;
  const around = (sums: Float64Array, left: Float64Array) => {
    const result = new Float64Array(size * size);
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++) {
        const product = sums[(from + i) * size + j] / count;
        result[i * size + j] = isCentred ? product - left[from + i] * y[from + j] : product;
      }
    return result;
  };
  return { size, count, hessian: around(yy, y), cross: around(xy, x) };
}
