/** Predicts the drop of a plan from its predicted error; not decreasing. */
export type DropModel = (error: number) => number;

interface Observation {
  family: string;
  /** Measured drop over the drop that the model predicts. */
  ratio: number;
}

/** Corrects a model of the drop by what was measured. */
export interface Calibration {
  /** A drop that was measured of a plan with a predicted error. */
  observe(family: string, error: number, drop: number): void;
  /** The drop to expect of a plan of a family. */
  dropOf(family: string, error: number): number;
  /** The largest error at which the expected drop is within a limit; 0 where there is none. */
  errorFor(family: string, limit: number): number;
}

/** Observations that the uncorrected model counts as, and those of all families for one of them. */
const PRIOR_WEIGHT = 0.5;
const SHARED_WEIGHT = 1;
/** A single measurement may be off by any factor. */
const [MIN_RATIO, MAX_RATIO] = [1e-6, 1e6];

/**
 * The factor between measured and predicted drop of a family is the geometric mean of what was observed there and, as a
 * prior, of what was observed in all families.
 */
export function createCalibration(model: DropModel): Calibration {
  const observations: Observation[] = [];
  const factorOf = (family: string): number => {
    const shared = mean(observations, 0, PRIOR_WEIGHT);
    return Math.exp(
      mean(
        observations.filter((each) => each.family === family),
        shared,
        SHARED_WEIGHT,
      ),
    );
  };
  return {
    observe(family, error, drop) {
      const predicted = model(error);
      if (!(predicted > 0)) return;
      observations.push({ family, ratio: Math.min(MAX_RATIO, Math.max(MIN_RATIO, drop / predicted)) });
    },
    dropOf: (family, error) => factorOf(family) * model(error),
    errorFor: (family, limit) => inverse(model, limit / factorOf(family)),
  };
}

/** Mean logarithm of ratios, drawn towards a prior. */
const mean = (observations: readonly Observation[], prior: number, weight: number): number =>
  observations.reduce((sum, { ratio }) => sum + Math.log(ratio), prior * weight) / (observations.length + weight);

const [MIN_ERROR, MAX_ERROR] = [1e-12, 1e6];

/** The largest error of which a model predicts at most `drop`, by bisection of its logarithm. */
export function inverse(model: DropModel, drop: number): number {
  if (model(MIN_ERROR) > drop) return 0;
  let [low, high] = [MIN_ERROR, MAX_ERROR];
  if (model(high) <= drop) return high;
  for (let round = 0; round < 60; round++) {
    const middle = Math.sqrt(low * high);
    if (model(middle) <= drop) low = middle;
    else high = middle;
  }
  return low;
}
