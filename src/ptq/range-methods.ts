import { eachBin, type Histogram } from '../numerics/histogram.js';
import {
  type ActivationQuantizer,
  type Bounds,
  FRACTIONS,
  quantizerError,
  quantizerOf,
  searchQuantizer,
} from '../numerics/range.js';
import { RANGE_BITS, roundSignificant } from '../numerics/round.js';

/** How the range of an activation is found. */
export type RangeMethod = 'mse' | 'percentile' | 'kl';

export const RANGE_METHODS: readonly RangeMethod[] = ['mse', 'percentile', 'kl'];

/** Histograms of one tensor: over all samples, over those that ranges are fitted on, and over the held-out ones. */
export interface Evidence {
  all: Histogram;
  fitted: Histogram;
  held: Histogram;
}

const UNBOUNDED: Bounds = { low: -Infinity, high: Infinity };

/**
 * The quantizer of a tensor by the method whose range, found on one half of the samples, has the least mean squared
 * error on the other half; that method's range over all samples is taken. Of equal ones the first in the order of
 * {@link RANGE_METHODS}. Tensors that share the quantizer count as in {@link searchQuantizer}.
 */
export function chooseQuantizer(
  own: Evidence,
  bits: number,
  bounds: Bounds = UNBOUNDED,
  sharers: readonly Evidence[] = [],
  methods: readonly RangeMethod[] = RANGE_METHODS,
): ActivationQuantizer {
  const candidates = RANGE_METHODS.filter((method) => methods.includes(method)).flatMap((method) =>
    FINDERS[method].map((find) => ({ method, find })),
  );
  const of = (kind: keyof Evidence) => sharers.map((each) => each[kind]);
  const errors = candidates.map(({ find }) => {
    if (candidates.length === 1 || own.held.count === 0 || own.fitted.count === 0) return 0;
    const quantizer = find(own.fitted, bits, bounds, of('fitted'));
    return [own.held, ...of('held')].reduce(
      (sum, held) => sum + quantizerError(held, quantizer) / Math.max(held.sumSquares, Number.MIN_VALUE),
      0,
    );
  });
  const { method, find } = candidates[errors.indexOf(Math.min(...errors))];
  const quantizer = find(own.all, bits, bounds, of('all'));
  return { ...quantizer, mse: quantizerError(own.all, quantizer), method };
}

type Finder = (
  histogram: Histogram,
  bits: number,
  bounds: Bounds,
  sharers: readonly Histogram[],
) => Omit<ActivationQuantizer, 'mse'>;

/** Shares of the values that a percentile keeps; 99.999 % is what onnxruntime's calibration takes. */
const SHARES = [0.999, 0.9999, 0.99999];

const FINDERS: Record<RangeMethod, readonly Finder[]> = {
  mse: [searchQuantizer],
  percentile: SHARES.map((share) => (histogram, bits, bounds) => percentileQuantizer(histogram, bits, bounds, share)),
  kl: [divergenceQuantizer],
};

function bounded({ min, max }: Histogram, bounds: Bounds): [number, number] {
  return [Math.min(0, Math.max(min, bounds.low)), Math.max(0, Math.min(max, bounds.high))];
}

const rounded = (low: number, high: number, bits: number) =>
  quantizerOf(roundSignificant(low, RANGE_BITS), roundSignificant(high, RANGE_BITS), bits);

/** The range that leaves out an equal share of the values at each end. */
export function percentileQuantizer(
  histogram: Histogram,
  bits: number,
  bounds: Bounds,
  share: number,
): Omit<ActivationQuantizer, 'mse'> {
  const [low, high] = bounded(histogram, bounds);
  const least = ((1 - share) / 2) * histogram.count;
  const bins = sortedBins(histogram);
  const end = (ordered: typeof bins) => {
    let seen = 0;
    for (const { centre, weight } of ordered) {
      seen += weight;
      if (seen > least) return centre;
    }
    return 0;
  };
  return rounded(Math.max(low, end(bins)), Math.min(high, end([...bins].reverse())), bits);
}

function sortedBins(histogram: Histogram): { centre: number; weight: number }[] {
  const bins: { centre: number; weight: number }[] = [];
  eachBin(histogram, (centre, _, weight) => bins.push({ centre, weight }));
  return bins.sort((a, b) => a.centre - b.centre);
}

/**
 * The range with the least Kullback-Leibler divergence between the distribution, clipped values added to its ends, and
 * its quantized form (Migacz, 8-bit Inference with TensorRT, GTC 2017). Exact zeros are left out: they are always codes.
 */
export function divergenceQuantizer(
  histogram: Histogram,
  bits: number,
  bounds: Bounds,
): Omit<ActivationQuantizer, 'mse'> {
  const [low, high] = bounded(histogram, bounds);
  const bins = sortedBins(histogram).filter(({ centre }) => centre !== 0);
  let best = rounded(low, high, bits);
  let least = Infinity;
  for (const fraction of FRACTIONS) {
    const quantizer = rounded(low * fraction, high * fraction, bits);
    const divergence = roundSignificant(rangeDivergence(bins, quantizer), RANGE_BITS);
    if (divergence < least) [best, least] = [quantizer, divergence];
  }
  return best;
}

function rangeDivergence(
  bins: readonly { centre: number; weight: number }[],
  { scale, zeroPoint, bits }: Omit<ActivationQuantizer, 'mse'>,
): number {
  const bottom = -zeroPoint;
  const top = 2 ** bits - 1 - zeroPoint;
  /** By code: the weight and the number of the bins in its range. */
  const codes = new Map<number, { weight: number; bins: number }>();
  const inside = bins.map(({ centre }) => centre >= (bottom - 0.5) * scale && centre <= (top + 0.5) * scale);
  const codeOf = (centre: number) => Math.min(top, Math.max(bottom, Math.round(centre / scale)));
  let total = 0;
  let kept = 0;
  for (const [i, { centre, weight }] of bins.entries()) {
    total += weight;
    if (!inside[i]) continue;
    kept += weight;
    const code = codes.get(codeOf(centre)) ?? { weight: 0, bins: 0 };
    codes.set(codeOf(centre), { weight: code.weight + weight, bins: code.bins + 1 });
  }
  const first = inside.indexOf(true);
  const last = inside.lastIndexOf(true);
  if (first < 0) return Infinity;
  let clippedLow = 0;
  let clippedHigh = 0;
  for (const [i, { weight }] of bins.entries()) {
    if (i < first) clippedLow += weight;
    if (i > last) clippedHigh += weight;
  }
  let sum = 0;
  for (let i = first; i <= last; i++) {
    const { centre, weight } = bins[i];
    const p = (weight + (i === first ? clippedLow : 0) + (i === last ? clippedHigh : 0)) / total;
    const code = codes.get(codeOf(centre));
    const q = code ? code.weight / code.bins / kept : 0;
    if (p > 0 && q > 0) sum += p * Math.log(p / q);
  }
  return sum;
}
