import type { Solution } from '../planner/core/problem.js';
import { AutosplitError } from '../util/error.js';
import { unmetLimit } from './limits.js';

/** The planner's refusal as an error that names the limit and what the plan nearest to it needs. */
export function infeasible({ infeasible: why }: Solution): AutosplitError {
  const { message, hint } = inWords(why);
  return new AutosplitError('INFEASIBLE', message, { hint });
}

function inWords(why: Solution['infeasible']): { message: string; hint: string } {
  if (why && why.constraint !== 'structure' && why.needed !== undefined && why.limit !== undefined)
    return unmetLimit({ name: why.constraint, used: why.needed, limit: why.limit });
  return { message: why?.reason ?? 'no plan meets the constraints', hint: 'change `split`' };
}
