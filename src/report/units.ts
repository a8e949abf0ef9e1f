/** A unit for the numbers of an axis, which are divided by `factor`. */
export interface Unit {
  factor: number;
  name: string;
}

type Row = readonly [least: number, factor: number, name: string];

/** An axis takes the first unit of which it shows at least two. */
const TIMES: readonly Row[] = [
  [2, 1, 's'],
  [2e-3, 1e-3, 'ms'],
  [2e-6, 1e-6, 'µs'],
  [0, 1e-9, 'ns'],
];

const SIZES: readonly Row[] = [
  [2e9, 1e9, 'GB'],
  [2e6, 1e6, 'MB'],
  [2e3, 1e3, 'kB'],
  [0, 1, 'B'],
];

const unitOf = (rows: readonly Row[], most: number): Unit => {
  const [, factor, name] = rows.find(([least]) => most >= least) ?? rows[rows.length - 1];
  return { factor, name };
};

/** For an axis of seconds that ends at `most`. */
export const timeUnit = (most: number): Unit => unitOf(TIMES, most);

/** For an axis of bytes that ends at `most`. */
export const sizeUnit = (most: number): Unit => unitOf(SIZES, most);
