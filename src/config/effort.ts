import type { Effort } from './effort-level.js';
import type { ResolvedConfig, ResolvedSamples } from './resolved.js';

/**
 * Budgets of a level of effort. They count work, not time, so that the same inputs give the same bundle.
 */
export interface EffortBudget {
  /** Most plans that are quantized and run to measure their accuracy. */
  measuredPlans: number;
  /** Whether edge-only and cloud-only are measured even if they cannot be the best plan. */
  everyAlternative: boolean;
  /** Most calibration samples from which ranges, sizes and weights are computed. */
  calibrationSamples: number;
  /** Most multiply-adds of the sensitivity analysis for `errorModel: output`; 0 skips it. */
  sensitivityMacs: number;
  /** Whether `rounding: gptq` is done; otherwise weights are rounded to nearest, with bias correction. */
  leastSquares: boolean;
}

export const EFFORT: Readonly<Record<Effort, EffortBudget>> = {
  fast: { measuredPlans: 8, everyAlternative: false, calibrationSamples: 32, sensitivityMacs: 0, leastSquares: false },
  normal: {
    measuredPlans: 32,
    everyAlternative: true,
    calibrationSamples: Infinity,
    sensitivityMacs: 1e12,
    leastSquares: true,
  },
  best: {
    measuredPlans: Infinity,
    everyAlternative: true,
    calibrationSamples: Infinity,
    sensitivityMacs: 1e13,
    leastSquares: true,
  },
};

/**
 * The config without the steps that its effort skips, which are listed in `skipped`. `errorModel: output` stays if the
 * error is limited, because the limit is in its unit.
 */
export function withinEffort(config: Omit<ResolvedConfig, 'skipped'>): ResolvedConfig {
  const { sensitivityMacs, leastSquares } = EFFORT[config.effort];
  const { errorModel, constraints, quantization } = config;
  const isRelative = errorModel === 'output' && sensitivityMacs === 0 && constraints.error === undefined;
  const isNearest = quantization.rounding === 'gptq' && !leastSquares;
  return {
    ...config,
    ...(isRelative && { errorModel: 'relative' }),
    ...(isNearest && { quantization: { ...quantization, rounding: 'nearest' } }),
    skipped: [...(isRelative ? ['sensitivity by outputs'] : []), ...(isNearest ? ['least-squares rounding'] : [])],
  };
}

/** The calibration samples that ranges, sizes and weights are computed from. */
export const fittingSamples = ({
  effort,
  calibration,
}: Pick<ResolvedConfig, 'effort' | 'calibration'>): ResolvedSamples => ({
  ...calibration,
  limit: Math.min(calibration.limit, EFFORT[effort].calibrationSamples),
});

/** The steps that the effort of a config skips, in words. `samples` is the number of calibration samples. */
export function skippedSteps(
  { effort, skipped }: Pick<ResolvedConfig, 'effort' | 'skipped'>,
  samples: number,
): string[] {
  const { calibrationSamples } = EFFORT[effort];
  return [...skipped, ...(samples > calibrationSamples ? [`calibration samples beyond ${calibrationSamples}`] : [])];
}
