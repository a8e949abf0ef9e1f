/**
 * Chooses cut, bits and encodings of a PlanningProblem (core/problem.ts), which is plain data. It imports util/ alone.
 * relaxation/ bounds, bits/ plans one cut, search/ branches, baselines/ are the methods of others, highs/ a second
 * solver, analysis/ answers questions about the optimum.
 */

import type { PlanningProblem, Solution } from './core/problem.js';

/**
 * `search`: the planner's own, in milliseconds. `highs`: the whole problem as one integer program, as a second opinion.
 */
export const SOLVERS = ['search', 'highs'] as const;

export type SolverName = (typeof SOLVERS)[number];

/** Solves a problem by the solver of this name; HiGHS is loaded only when it is asked for. */
export async function solveBy(solver: SolverName, problem: PlanningProblem): Promise<Solution> {
  if (solver === 'highs') return (await import('./highs/solve.js')).solveWithHighs(problem);
  return (await import('./search/solve.js')).solve(problem);
}
