import type { Solution } from './problem.js';

/** Below this share of the objective, a gap is rounding and tie-breaking. */
const CLOSED = 1e-9;

/** Bound and gap of a plan whose objective has this value. */
export function certificate(value: number, lowerBound: number): Solution['optimality'] {
  const gap = value > 0 ? Math.max(0, (value - lowerBound) / value) : 0;
  return gap <= CLOSED ? { lowerBound: value, gap: 0 } : { lowerBound, gap };
}
