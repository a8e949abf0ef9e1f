import type { Array2d } from './geometry.js';
import type { V1Product } from './v1-product.js';

/** Folds that are alike. */
export interface Folds {
  times: number;
  cycles: number;
  /** Cells that hold something. */
  cells: number;
}

/**
 * SCALE-Sim v1, "ws" and "is": one fold after the other. Where windows are half the rows or less, several are stacked
 * in one fold.
 */
export function stationaryFolds({ array: { rows, columns }, dataflow }: Array2d, product: V1Product): Folds[] {
  const { m, n, k, unrounded = m } = product;
  const isFilter = dataflow === 'ws';
  const spread = isFilter ? n : m;
  if (k <= rows)
    return pieces(spread, Math.floor(rows / k) * columns).map(({ times, size }) => ({
      times,
      cycles: (Math.ceil(size / columns) + 1) * k + Math.min(size, columns) + (isFilter ? m : n - 1),
      cells: k * size,
    }));
  return pieces(spread, columns).flatMap((across) =>
    pieces(k, rows).map((down) => ({
      times: across.times * down.times,
      cycles: isFilter
        ? down.size + Math.max(Math.floor(unrounded), across.size + down.size + m)
        : 2 * down.size + n + across.size - 1,
      cells: across.size * down.size,
    })),
  );
}

/** `total` cut into pieces of `size` and what is left. */
function pieces(total: number, size: number): { times: number; size: number }[] {
  const times = Math.floor(total / size);
  const rest = total - times * size;
  return [...(times > 0 ? [{ times, size }] : []), ...(rest > 0 ? [{ times: 1, size: rest }] : [])];
}
