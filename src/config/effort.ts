import type { Effort } from './effort-level.js';
import type { ResolvedConfig, ResolvedSamples } from './resolved.js';

/**
 * What a level of effort may spend. All budgets are counted, never timed, so that the same inputs give the same bundle.
 */
export interface EffortBudget {
  /** Plans that are quantized and run to measure their accuracy. */
  measuredPlans: number;
  /** Whether everything on the edge and everything in the cloud are measured even where they can not be the best. */
  everyAlternative: boolean;
  /** Calibration samples that ranges, sizes and weights are computed from, at most. */
  calibrationSamples: number;
  /** Multiply-adds spent on running what follows each layer, for `errorModel: output`; 0 where that is left out. */
  sensitivityMacs: number;
  /** Whether `rounding: gptq` is done; otherwise weights are rounded to nearest, with biases corrected. */
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
 * The config with the steps that its effort pays for, and those left out in words. A limit on the error of `errorModel:
 * output` keeps that model: the limit is in its unit.
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

/** What the effort of a config leaves out, in words; `samples` of calibration are there. */
export function skippedSteps(
  { effort, skipped }: Pick<ResolvedConfig, 'effort' | 'skipped'>,
  samples: number,
): string[] {
  const { calibrationSamples } = EFFORT[effort];
  return [...skipped, ...(samples > calibrationSamples ? [`calibration samples beyond ${calibrationSamples}`] : [])];
}
