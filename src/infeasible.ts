import type { Solution } from './planner/problem.js';
import { AutosplitError } from './util/error.js';

const HINTS = {
  memory: 'raise edge.memory, or allow fewer bits in edge.bits.weights',
  error: 'raise constraints.error, or allow more bits in edge.bits',
  latency: 'raise constraints.latency, or take a faster edge, network or cloud',
  structure: 'change `split`',
} as const;

/** The negative answer of the planner as an error that says what binds and by how much. */
export function infeasible({ infeasible: why }: Solution): AutosplitError {
  return new AutosplitError('INFEASIBLE', why?.reason ?? 'no plan meets the constraints', { hint: HINTS[why?.constraint ?? 'structure'] });
}
