/** How much work to spend on a plan. */
export type Effort = 'fast' | 'normal' | 'best';

export const EFFORT_LEVELS: readonly Effort[] = ['fast', 'normal', 'best'];
