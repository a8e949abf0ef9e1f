import type { Solution } from '../planner/core/problem.js';
import { AutosplitError } from '../util/error.js';
import { besideLimit, bytes, dollars, joules, number, seconds } from '../util/format.js';

const HINTS = {
  memory: 'raise edge.memory, or allow fewer bits in edge.bits.weights',
  error: 'raise constraints.error, or allow more bits in edge.bits',
  latency: 'raise constraints.latency, or take a faster edge, link or cloud',
  energy: 'raise constraints.energy, or take an edge or a link that takes less',
  cost: 'raise constraints.cost, or take a cheaper cloud or link',
  disk: 'raise constraints.disk, or allow fewer bits in edge.bits.weights',
  structure: 'change `split`',
} as const;

/** The negative answer of the planner as an error that says what binds and by how much. */
export function infeasible({ infeasible: why }: Solution): AutosplitError {
  return new AutosplitError('INFEASIBLE', why ? inWords(why) : 'no plan meets the constraints', {
    hint: HINTS[why?.constraint ?? 'structure'],
  });
}

function inWords({ constraint, reason, needed, limit }: NonNullable<Solution['infeasible']>): string {
  if (constraint === 'structure' || needed === undefined || limit === undefined) return reason;
  const { name, which, show, unit } = CONSTRAINTS[constraint];
  const [least, allowed] = besideLimit(needed, limit, show, unit);
  return `no plan holds ${name}: ${which} ${least}, the limit is ${allowed}`;
}

const CONSTRAINTS = {
  memory: { name: 'edge.memory', which: 'the smallest plan needs', show: bytes, unit: ' B' },
  error: { name: 'constraints.error', which: 'the most accurate plan has', show: number, unit: '' },
  latency: { name: 'constraints.latency', which: 'the fastest plan takes', show: seconds, unit: ' s' },
  energy: { name: 'constraints.energy', which: 'the lowest-energy plan uses', show: joules, unit: ' J' },
  cost: { name: 'constraints.cost', which: 'the cheapest plan costs', show: dollars, unit: ' USD' },
  disk: { name: 'constraints.disk', which: 'the smallest plan takes', show: bytes, unit: ' B' },
};
