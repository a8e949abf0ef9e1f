import { crossingTensors } from '../core/crossing.js';
import { LIMITS } from '../core/limits.js';
import type { PlanAssignment, PlanningProblem } from '../core/problem.js';
import { type Columns, planColumns } from './columns.js';
import { type CostForms, costForms, objectiveForm } from './costs.js';
import { memoryRows } from './memory.js';
import { linear, newProgram, type Program, row, within } from './program.js';

export interface Formulation {
  program: Program;
  columns: Columns;
  forms: CostForms;
}

/**
 * The whole planning problem as one mixed integer program, from the definition of the problem alone: all cuts, bits,
 * encodings and limits. It shares nothing with the search but the accounting that costs the plans of both.
 */
export function formulate(problem: PlanningProblem): Formulation {
  const { limits } = problem;
  const program = newProgram();
  const columns = planColumns(problem, program);
  const forms = costForms(problem, columns);
  if (isLimit(limits.memoryBytes)) memoryRows(problem, program, columns, limits.memoryBytes);
  for (const { name, key } of LIMITS) {
    const limit = limits[key];
    if (name !== 'memory' && isLimit(limit)) within(program, forms[name], limit);
  }
  program.objective = objectiveForm(problem, program, forms);
  return { program, columns, forms };
}

const isLimit = (limit: number | undefined): limit is number => limit !== undefined && limit < Number.POSITIVE_INFINITY;

/** What a solution of the program decides. */
export function assignmentOf(
  problem: PlanningProblem,
  { columns }: Formulation,
  solution: ArrayLike<number>,
): PlanAssignment {
  const isSet = (index: number) => solution[index] > 0.5;
  const edge = columns.edge.map(isSet);
  const crossing = new Set(crossingTensors(problem, edge));
  return {
    edge,
    option: columns.option.map((own, l) => (edge[l] ? own.findIndex(isSet) : -1)),
    wire: columns.wire.map((own, t) => (crossing.has(t) ? own.findIndex(isSet) : -1)),
  };
}

/** Forbids one assignment: some layer has another option or another side, or some tensor another wire option. */
export function forbid({ program, columns }: Formulation, { edge, option, wire }: PlanAssignment): void {
  const terms = [
    ...edge.map((onEdge, l) =>
      onEdge ? ([columns.option[l][option[l]], -1] as const) : ([columns.edge[l], 1] as const),
    ),
    ...wire.flatMap((w, t) => (w < 0 ? [] : [[columns.wire[t][w], -1] as const])),
  ];
  const equal = terms.filter(([, sign]) => sign < 0).length;
  row(program, linear(equal, terms), 1, Number.POSITIVE_INFINITY);
}
