import type { ResolvedConfig } from '../config/resolved.js';
import type { Scorer } from '../evaluate/index.js';

/** How much accuracy a plan may lose. */
export interface AccuracyLimit {
  /** Largest allowed drop of the score, as a fraction. */
  limit: number;
  /** True if the user set it: then a plan beyond it is never built. */
  binding: boolean;
}

/** The accuracy limit of a config; by default that of its metric. */
export const accuracyLimit = (
  { constraints }: Pick<ResolvedConfig, 'constraints'>,
  { defaultDrop }: Pick<Scorer, 'defaultDrop'>,
): AccuracyLimit => ({
  limit: constraints.accuracyDrop ?? defaultDrop,
  binding: constraints.accuracyDrop !== undefined,
});
