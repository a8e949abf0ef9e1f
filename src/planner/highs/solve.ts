import { AutosplitError } from '../../util/error.js';
import { account } from '../core/accounting.js';
import { checkProblem } from '../core/check.js';
import { linearLimits } from '../core/limits.js';
import { objectiveOf } from '../core/measure.js';
import { isWithin } from '../core/prefer.js';
import type { Plan, PlanningProblem, Solution } from '../core/problem.js';
import { explainInfeasible } from '../search/infeasible.js';
import { assignmentOf, forbid, formulate } from './formulate.js';
import { HINT, runIsolated } from './isolated.js';
import { largest } from './program.js';
import type { RunLimits } from './run.js';

export interface HighsOptions extends RunLimits {
  /** Runs the programs. @default on a thread of its own */
  run?: typeof runIsolated;
}

/** Below this share of the objective, a gap is the solver's tolerance. */
const CLOSED = 1e-8;
/** Below this share of its largest coefficient, an objective is a rounding error. */
const DUST = 1e-13;
/** Most plans that are forbidden one by one because they break a limit by less than HiGHS's tolerance. */
const MAX_FORBIDDEN = 50;

/**
 * The best plan within the limits, by the integer programming solver HiGHS: the whole problem as one program, proven
 * independently of the search. Much slower than `solve`; among equal plans, any one. Costed by `account`, as every
 * plan.
 *
 * @throws AutosplitError COSTS_INVALID or CUT_INVALID for a problem that is not usable, SOLVER_FAILED where HiGHS fails
 * or ends without an answer
 */
export async function solveWithHighs(problem: PlanningProblem, options: HighsOptions = {}): Promise<Solution> {
  checkProblem(problem);
  const { best, lowerBound, value, isDust } = await optimum(problem, options);
  if (!best)
    return {
      best,
      infeasible: explainInfeasible(problem, await hasCut(problem, options), lowerBound, {}),
      optimality: { lowerBound, gap: 0 },
    };
  const gap = value > 0 ? Math.max(0, (value - lowerBound) / value) : 0;
  return { best, optimality: gap <= CLOSED || isDust ? { lowerBound: value, gap: 0 } : { lowerBound, gap } };
}

interface Optimum {
  best: Plan | undefined;
  /** Of the objective; infinite where there is no plan. */
  lowerBound: number;
  value: number;
  /** The objective is a rounding error of larger numbers that cancel. */
  isDust: boolean;
}

async function optimum(problem: PlanningProblem, { run = runIsolated, ...limits }: HighsOptions): Promise<Optimum> {
  const formulation = formulate(problem);
  for (let round = 0; round < MAX_FORBIDDEN; round++) {
    const { status, solution, bound, code } = await run(formulation.program, limits);
    if (status === 'infeasible')
      return { best: undefined, lowerBound: Number.POSITIVE_INFINITY, value: Number.POSITIVE_INFINITY, isDust: false };
    if (status === 'failed' || !solution)
      throw new AutosplitError('SOLVER_FAILED', `HiGHS ended without a plan (status ${code})`, { hint: HINT });
    const assignment = assignmentOf(problem, formulation, solution);
    const plan: Plan = { ...account(problem, assignment), assignment };
    if (isWithin(problem, plan, problem.limits.memoryBytes, linearLimits(problem))) {
      const value = objectiveOf(problem, plan);
      const isDust = value <= DUST * largest(formulation.program.objective);
      return { best: plan, lowerBound: Math.max(0, bound), value: isDust ? 0 : value, isDust };
    }
    forbid(formulation, assignment);
  }
  throw new AutosplitError(
    'SOLVER_FAILED',
    `HiGHS ended without a plan: ${MAX_FORBIDDEN} in a row break a limit by less than it can tell`,
    {
      hint: HINT,
    },
  );
}

/** Whether any cut is allowed, whatever the limits. */
const hasCut = async (problem: PlanningProblem, options: HighsOptions): Promise<boolean> =>
  (await optimum({ ...problem, limits: {} }, options)).best !== undefined;
