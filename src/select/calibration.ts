/** Predicts the drop of a plan from its predicted error; monotonic. */
export type DropModel = (error: number) => number;

interface Observation {
  family: string;
  /** Measured drop divided by the predicted one. */
  ratio: number;
}

/** A model of the drop, corrected by measurements. */
export interface Calibration {
  /** Adds a measured drop of a plan with this predicted error. */
  observe(family: string, error: number, drop: number): void;
  /** The expected drop of a plan of a family. */
  dropOf(family: string, error: number): number;
  /** The largest error with an expected drop within a limit; 0 if there is none. */
  errorFor(family: string, limit: number): number;
}

/** Weight of the prior in observations: of the uncorrected model, and of the mean over all families. */
const PRIOR_WEIGHT = 0.5;
const SHARED_WEIGHT = 1;
/** Limits of a ratio: a single measurement may be far off. */
const [MIN_RATIO, MAX_RATIO] = [1e-6, 1e6];

/** The factor of a family is the geometric mean of its ratios, with the mean over all families as prior. */
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

/** Mean logarithm of ratios, shrunk towards a prior. */
const mean = (observations: readonly Observation[], prior: number, weight: number): number =>
  observations.reduce((sum, { ratio }) => sum + Math.log(ratio), prior * weight) / (observations.length + weight);

const [MIN_ERROR, MAX_ERROR] = [1e-12, 1e6];

/** The largest error with a predicted drop of at most `drop`, by bisection on a logarithmic scale. */
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
