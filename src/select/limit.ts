import type { ResolvedConfig } from '../config/resolved.js';

/** What a plan may lose. */
export interface AccuracyLimit {
  /** Largest drop of the score; a fraction. */
  limit: number;
  /** True where the user set it: then no plan is built that breaks it. */
  binding: boolean;
}

/**
 * Drop that is allowed where the user sets none: one point of a metric; without labels two answers in a hundred that
 * differ, or a fidelity of 95 %.
 */
const DEFAULT_LIMITS = { labelled: 0.01, agreement: 0.02, fidelity: 0.05 };

/** The limit of a config on the drop of the score. */
export function accuracyLimit(
  { constraints, validation }: Pick<ResolvedConfig, 'constraints' | 'validation'>,
  metric: string,
): AccuracyLimit {
  const fallback =
    validation?.labels !== undefined
      ? DEFAULT_LIMITS.labelled
      : metric === 'agreement'
        ? DEFAULT_LIMITS.agreement
        : DEFAULT_LIMITS.fidelity;
  return { limit: constraints.accuracyDrop ?? fallback, binding: constraints.accuracyDrop !== undefined };
}
