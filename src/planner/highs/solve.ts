import { AutosplitError } from '../../util/error.js';
import { checkProblem } from '../check.js';
import { evaluate } from '../evaluate.js';
import { explainInfeasible } from '../infeasible.js';
import { isWithin } from '../prefer.js';
import type { Plan, PlanningLimits, PlanningProblem, Solution } from '../problem.js';
import { objectiveAt } from './costs.js';
import { assignmentOf, type Formulation, forbid, formulate, solutionOf } from './formulate.js';
import { HINT, runIsolated } from './isolated.js';
import { largest, valueAt } from './program.js';
import type { RunLimits } from './run.js';

export interface HighsOptions extends RunLimits {
  /** Runs the programs. @default on a thread of its own */
  run?: typeof runIsolated;
}

/** Below this share of the objective, a gap is the solver's tolerance. */
const CLOSED = 1e-8;
/** Below this share of its largest coefficient, an objective is rounding. */
const DUST = 1e-13;
/** Limits hold up to rounding. */
const ROUNDING = 1 + 2e-12;
/** A solver's tolerance lets a plan through that breaks a limit by less; so many of them are taken out one by one. */
const MOST_FORBIDDEN = 50;

/**
 * The best plan within the limits, by the integer programming solver HiGHS: the whole problem as one program, proven independently of the
 * search. Much slower than `solve`; among equal plans, the one that HiGHS meets. Costed by `evaluate`, as every plan.
 *
 * @throws AutosplitError COSTS_INVALID or CUT_INVALID for a problem that is not usable, SOLVER_FAILED where HiGHS fails or ends without an
 * answer
 */
export async function solveWithHighs(problem: PlanningProblem, options: HighsOptions = {}): Promise<Solution> {
  checkProblem(problem);
  const { best, lowerBound, value, isDust } = await optimum(problem, options);
  if (!best) return { best, infeasible: await explain(problem, options), optimality: { lowerBound, gap: 0 } };
  const gap = value > 0 ? Math.max(0, (value - lowerBound) / value) : 0;
  return { best, optimality: gap <= CLOSED || isDust ? { lowerBound: value, gap: 0 } : { lowerBound, gap } };
}

interface Optimum {
  best: Plan | undefined;
  /** Of the objective; infinite where there is no plan. */
  lowerBound: number;
  value: number;
  /** The objective is nothing but the rounding of larger numbers that cancel. */
  isDust: boolean;
}

async function optimum(problem: PlanningProblem, { run = runIsolated, ...limits }: HighsOptions): Promise<Optimum> {
  const formulation = formulate(problem);
  for (let round = 0; round < MOST_FORBIDDEN; round++) {
    const { status, solution, bound, code } = await run(formulation.program, limits);
    if (status === 'infeasible')
      return { best: undefined, lowerBound: Number.POSITIVE_INFINITY, value: Number.POSITIVE_INFINITY, isDust: false };
    if (status === 'failed' || !solution)
      throw new AutosplitError('SOLVER_FAILED', `HiGHS ended without a plan (status ${code})`, { hint: HINT });
    const assignment = assignmentOf(problem, formulation, solution);
    const plan: Plan = { ...evaluate(problem, assignment), assignment };
    const exact = solutionOf(problem, formulation, assignment);
    if (isWithin(problem, plan) && holdsCosts(problem.limits, formulation, exact)) {
      const value = objectiveAt(problem, formulation.forms, exact);
      const isDust = value <= DUST * largest(formulation.program.objective);
      return { best: plan, lowerBound: Math.max(0, bound), value: isDust ? 0 : value, isDust };
    }
    forbid(formulation, assignment);
  }
  throw new AutosplitError(
    'SOLVER_FAILED',
    `HiGHS ended without a plan: ${MOST_FORBIDDEN} in a row break a limit by less than it can tell`,
    {
      hint: HINT,
    },
  );
}

function holdsCosts({ latencySeconds, energyJoules, costDollars }: PlanningLimits, { forms }: Formulation, exact: Float64Array): boolean {
  const holds = (value: number, limit: number | undefined) => limit === undefined || value <= limit * ROUNDING;
  return (
    holds(valueAt(forms.latency, exact), latencySeconds) &&
    holds(valueAt(forms.energy, exact), energyJoules) &&
    holds(valueAt(forms.cost, exact), costDollars)
  );
}

/** Which limit it is: the first of latency, energy and cost that no plan within the others holds, else memory or error. */
async function explain(problem: PlanningProblem, options: HighsOptions): Promise<NonNullable<Solution['infeasible']>> {
  const { latencySeconds: limit, ...others } = problem.limits;
  if (limit !== undefined) {
    const { best } = await optimum({ ...problem, objective: 'latency', limits: others }, options);
    const needed = best?.latency.total;
    if (needed !== undefined) {
      const reason = `the fastest plan within the other limits takes ${needed} s, the latency limit is ${limit} s`;
      return { constraint: 'latency', needed, limit, reason };
    }
  }
  const { best } = await optimum({ ...problem, limits: {} }, options);
  return explainInfeasible(problem, best !== undefined, Number.POSITIVE_INFINITY, {});
}
