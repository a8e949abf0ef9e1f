import { linearLimits, ofPlan, WEIGHTS } from '../core/measure.js';
import type { LimitName, Plan, PlanningProblem, Solution } from '../core/problem.js';
import { type SolveOptions, search } from './search.js';

type Infeasible = NonNullable<Solution['infeasible']>;

const SLACK = 1 + 1e-12;

/** What a plan has least of where even the best one breaks its limit, and the unit that it is counted in. */
const LEAST: Record<LimitName, { is: string; unit: string }> = {
  error: { is: 'has an error of at least', unit: '' },
  latency: { is: 'takes at least', unit: ' s' },
  energy: { is: 'takes at least', unit: ' J' },
  cost: { is: 'costs at least', unit: ' USD' },
  disk: { is: 'takes at least', unit: ' bytes on disk' },
};

/**
 * Which limit no plan can meet, and what would be needed: memory first, then one sum after the other within those
 * before it.
 */
export function explainInfeasible(
  problem: PlanningProblem,
  hasCut: boolean,
  lowerBound: number,
  options: SolveOptions,
): Infeasible {
  if (!hasCut) return { constraint: 'structure', reason: structureReason(problem) };
  const { memoryBytes } = problem.limits;
  if (memoryBytes !== undefined) {
    const needed = leastMemory({ ...problem, limits: {} }, options);
    if (needed === undefined) return { constraint: 'structure', reason: structureReason(problem) };
    if (needed > memoryBytes) {
      const reason = `every allowed plan needs at least ${needed} bytes on the edge, the limit is ${memoryBytes}`;
      return { constraint: 'memory', needed, limit: memoryBytes, reason };
    }
  }
  const limits = linearLimits(problem);
  for (const [k, { name, measure, limit }] of limits.entries()) {
    const { best } = search(
      { ...problem, objective: undefined },
      { ...options, objective: measure, limits: limits.slice(0, k) },
    );
    const needed = best && ofPlan(measure, best);
    if (needed === undefined || needed <= limit * SLACK) continue;
    const before = [
      ...(memoryBytes === undefined ? [] : [`${memoryBytes} bytes`]),
      ...limits.slice(0, k).map((other) => `its ${other.name} limit`),
    ];
    return { constraint: name, needed, limit, reason: sentence(name, needed, limit, before) };
  }
  return {
    constraint: 'structure',
    reason:
      lowerBound === Number.POSITIVE_INFINITY ? structureReason(problem) : 'no plan was found within the work limit',
  };
}

/** The limit on the objective itself where the best plan breaks it. */
export function limitBroken(problem: PlanningProblem, best: Plan): Infeasible | undefined {
  const broken = linearLimits(problem).find(({ measure, limit }) => ofPlan(measure, best) > limit * SLACK);
  if (!broken) return undefined;
  const { name, measure, limit } = broken;
  const needed = ofPlan(measure, best);
  return { constraint: name, needed, limit, reason: sentence(name, needed, limit, ['the other limits']) };
}

const sentence = (name: LimitName, needed: number, limit: number, within: string[]) =>
  `every allowed plan${within.length > 0 ? ` within ${within.join(' and ')}` : ''} ${LEAST[name].is} ${needed}${LEAST[name].unit}, the limit is ${limit}${LEAST[name].unit}`;

/** The least error of any plan within the limits; undefined where there is none. */
export function leastError(problem: PlanningProblem, options: SolveOptions = {}): number | undefined {
  return search({ ...problem, objective: 'error' }, options).best?.error;
}

/** The least memory of any plan within the other limits, in bytes: ever less is allowed until no plan is left. */
export function leastMemory(problem: PlanningProblem, options: SolveOptions = {}): number | undefined {
  let least: number | undefined;
  for (let round = 0; round < 60; round++) {
    const memoryBytes = least === undefined ? problem.limits.memoryBytes : least * (1 - 1e-9);
    const limited = { ...problem, limits: { ...problem.limits, memoryBytes } };
    const { best } = search(limited, { ...options, objective: WEIGHTS, limits: linearLimits(problem) });
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
