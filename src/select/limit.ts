import type { ResolvedConfig } from '../config/resolved.js';
import type { Scorer } from '../evaluate/index.js';

/** What a plan may lose. */
export interface AccuracyLimit {
  /** Largest drop of the score; a fraction. */
  limit: number;
  /** True where the user set it: then no plan is built that breaks it. */
  binding: boolean;
}

/** The limit of a config on the drop of the score; where it sets none, that of the metric. */
export const accuracyLimit = (
  { constraints }: Pick<ResolvedConfig, 'constraints'>,
  { defaultDrop }: Pick<Scorer, 'defaultDrop'>,
): AccuracyLimit => ({
  limit: constraints.accuracyDrop ?? defaultDrop,
  binding: constraints.accuracyDrop !== undefined,
});
