import type { PlanningProblem, Solution } from './problem.js';
import { type SolveOptions, search } from './search.js';

type Infeasible = NonNullable<Solution['infeasible']>;

/** Which limit no plan can meet, and what would be needed. */
export function explainInfeasible(problem: PlanningProblem, hasCut: boolean, lowerBound: number, options: SolveOptions): Infeasible {
  if (!hasCut) return { constraint: 'structure', reason: structureReason(problem) };
  const { limits } = problem;
  const free = (kept: Partial<PlanningProblem['limits']>): PlanningProblem => ({ ...problem, limits: kept });
  if (limits.memoryBytes !== undefined) {
    const needed = leastMemory(free({}), options);
    if (needed === undefined) return { constraint: 'structure', reason: structureReason(problem) };
    if (needed > limits.memoryBytes) {
      return {
        constraint: 'memory',
        needed,
        limit: limits.memoryBytes,
        reason: `every allowed plan needs at least ${needed} bytes on the edge, the limit is ${limits.memoryBytes}`,
      };
    }
  }
  if (limits.error !== undefined) {
    const needed = leastError(free({ memoryBytes: limits.memoryBytes }), options);
    if (needed !== undefined && needed > limits.error) {
      const within = limits.memoryBytes === undefined ? '' : ` within ${limits.memoryBytes} bytes`;
      return {
        constraint: 'error',
        needed,
        limit: limits.error,
        reason: `every allowed plan${within} has an error of at least ${needed}, the limit is ${limits.error}`,
      };
    }
  }
  return {
    constraint: 'structure',
    reason: lowerBound === Number.POSITIVE_INFINITY ? structureReason(problem) : 'no plan was found within the work limit',
  };
}

/** The least error of any plan within the limits; undefined where there is none. */
export function leastError(problem: PlanningProblem, options: SolveOptions = {}): number | undefined {
  const errorOnly: PlanningProblem = {
    ...problem,
    // A byte on the wire stands for a unit of error.
    link: { fixedSeconds: 0, secondsPerByteUp: 1, secondsPerByteDown: 0 },
    tensors: problem.tensors.map((tensor) => ({ ...tensor, wire: tensor.wire.map((wire) => ({ ...wire, bytes: wire.error })) })),
    layers: problem.layers.map((layer) => ({
      ...layer,
      cloudSeconds: layer.cloudError ?? 0,
      options: layer.options.map((option) => ({ ...option, seconds: option.error })),
    })),
  };
  return search(errorOnly, options).best?.error;
}

/** The least memory of any plan within the error limit, in bytes: ever less is allowed until no plan is left. */
export function leastMemory(problem: PlanningProblem, options: SolveOptions = {}): number | undefined {
  const weightsOnly: PlanningProblem = {
    ...problem,
    link: { fixedSeconds: 0, secondsPerByteUp: 0, secondsPerByteDown: 0 },
    layers: problem.layers.map((layer) => ({
      ...layer,
      cloudSeconds: 0,
      options: layer.options.map((option) => ({ ...option, seconds: option.weightBytes })),
    })),
  };
  let least: number | undefined;
  for (let round = 0; round < 60; round++) {
    const limits = least === undefined ? problem.limits : { ...problem.limits, memoryBytes: least * (1 - 1e-9) };
    const { best } = search({ ...weightsOnly, limits }, options);
    if (!best) break;
    least = best.memory.total;
    if (least === 0) break;
  }
  return least;
}

function structureReason({ pinned }: PlanningProblem): string {
  if (!pinned) return 'the layers pinned to one side leave no cut: some tensor would have to cross that cannot';
  if ('decision' in pinned) return `a layer or a tensor does not allow ${pinned.decision}`;
  return 'no cut is crossed by exactly the pinned tensors';
}
