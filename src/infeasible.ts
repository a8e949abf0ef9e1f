import type { Solution } from './planner/problem.js';
import { AutosplitError } from './util/error.js';
import { bytes, number, over, seconds } from './util/format.js';

const HINTS = {
  memory: 'raise edge.memory, or allow fewer bits in edge.bits.weights',
  error: 'raise constraints.error, or allow more bits in edge.bits',
  latency: 'raise constraints.latency, or take a faster edge, network or cloud',
  structure: 'change `split`',
} as const;

/** The negative answer of the planner as an error that says what binds and by how much. */
export function infeasible({ infeasible: why }: Solution): AutosplitError {
  return new AutosplitError('INFEASIBLE', why ? inWords(why) : 'no plan meets the constraints', {
    hint: HINTS[why?.constraint ?? 'structure'],
  });
}

function inWords({ constraint, reason, needed, limit }: NonNullable<Solution['infeasible']>): string {
  if (needed === undefined || limit === undefined) return reason;
  if (constraint === 'memory') return `no plan fits edge.memory: the smallest needs ${over(needed, limit, bytes, (value) => `${value} B`)}`;
  if (constraint === 'error') return `no plan holds constraints.error: the most accurate one has ${over(needed, limit, number)}`;
  if (constraint === 'latency')
    return `no plan holds constraints.latency: the fastest takes ${over(needed, limit, seconds, (value) => `${value} s`)}`;
  return reason;
}
