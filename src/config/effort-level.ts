/** How much work a plan is worth. */
export type Effort = 'fast' | 'normal' | 'best';

export const EFFORT_LEVELS: readonly Effort[] = ['fast', 'normal', 'best'];
