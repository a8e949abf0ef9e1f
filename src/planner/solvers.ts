import type { PlanningProblem, Solution } from './problem.js';

/** `search`: the planner's own, in milliseconds. `highs`: the whole problem as one integer program, as a second opinion. */
export const SOLVERS = ['search', 'highs'] as const;

export type SolverName = (typeof SOLVERS)[number];

/** Solves a problem by the solver of this name; HiGHS is loaded only when it is asked for. */
export async function solveBy(solver: SolverName, problem: PlanningProblem): Promise<Solution> {
  if (solver === 'highs') return (await import('./highs/solve.js')).solveWithHighs(problem);
  return (await import('./solve.js')).solve(problem);
}
