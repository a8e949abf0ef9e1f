import type { Highs } from 'highs';
import { largest, type Program } from './program.js';

export interface RunLimits {
  /** Nodes of the branch and bound tree. */
  nodes?: number;
  /** Share of the objective that the bound may stay below it. */
  gap?: number;
}

/** What HiGHS says; `bound` and `value` are in the units of the program. */
export interface RunResult {
  status: 'optimal' | 'infeasible' | 'stopped' | 'failed';
  /** Where there is a solution at all. */
  solution?: Float64Array;
  bound: number;
  /** HiGHS's number for how it ended. */
  code: number;
}

/** Least that HiGHS takes for a coefficient that counts, and for a feasibility tolerance (HighsOptions.h). */
const SMALLEST = 1e-12;
const TOLERANCE = 1e-9;

/**
 * Solves a program in this process; blocks until it is done. The same program gives the same result: one thread, one
 * seed, no clock.
 */
export function runHighs(
  highs: Highs,
  { lower, upper, whole, rows, objective }: Program,
  { nodes, gap = 1e-9 }: RunLimits,
): RunResult {
  const { modelStatus, solutionStatus, variableType } = highs.constants;
  const cost = new Float64Array(upper.length);
  // The largest cost becomes 1, for tolerances that are absolute.
  const unit = largest(objective) || 1;
  for (const [column, coefficient] of objective.terms) cost[column] = coefficient / unit;
  const infinite = (value: number) =>
    Math.abs(value) === Number.POSITIVE_INFINITY ? Math.sign(value) * highs.infinity : value;
  const starts = new Int32Array(rows.length + 1);
  rows.forEach(({ columns }, r) => {
    starts[r + 1] = starts[r] + columns.length;
  });
  const source = {
    numCols: upper.length,
    numRows: rows.length,
    offset: objective.constant / unit,
    colCost: cost,
    colLower: Float64Array.from(lower),
    colUpper: Float64Array.from(upper, infinite),
    rowLower: Float64Array.from(rows, (row) => infinite(row.lower)),
    rowUpper: Float64Array.from(rows, (row) => infinite(row.upper)),
    matrix: {
      format: 'csr',
      numRows: rows.length,
      numCols: upper.length,
      starts,
      indices: Int32Array.from(rows.flatMap(({ columns }) => columns)),
      values: Float64Array.from(rows.flatMap(({ values }) => values)),
    },
    integrality: whole.map((isWhole) => (isWhole ? variableType.integer : variableType.continuous)),
  } as const;
  return highs.withModel(source, (model): RunResult => {
    model.options.set({
      output_flag: false,
      random_seed: 0,
      small_matrix_value: SMALLEST,
      primal_feasibility_tolerance: TOLERANCE,
      dual_feasibility_tolerance: TOLERANCE,
      mip_feasibility_tolerance: TOLERANCE,
      mip_rel_gap: gap,
      mip_abs_gap: 0,
      ...(nodes !== undefined && { mip_max_nodes: nodes }),
    });
    const { modelStatus: code } = model.run();
    const isInfeasible = code === modelStatus.infeasible || code === modelStatus.unboundedOrInfeasible;
    const hasSolution = model.info.get('primal_solution_status') === solutionStatus.feasible;
    // Nodes are the only limit that is set; HiGHS counts reaching it as a limit of solutions or of iterations.
    const isStopped = code === modelStatus.solutionLimit || code === modelStatus.iterationLimit;
    return {
      status: code === modelStatus.optimal ? 'optimal' : isInfeasible ? 'infeasible' : isStopped ? 'stopped' : 'failed',
      ...(hasSolution && { solution: model.getSolution().colValue }),
      bound: Number(model.info.get('mip_dual_bound')) * unit,
      code,
    };
  });
}
